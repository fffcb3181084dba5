# 楼事通：常用的几个词。只敲 make 就列出它们。

SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help install demo run test lint eval bench crash pictures system-packages peers

PY := .venv/bin/python
PIP := $(PY) -m pip -qq --disable-pip-version-check install
APT := DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o Dpkg::Use-Pty=0
# make run CONFIG=my.toml
CONFIG ?=
# make install EXTRAS=wechat
EXTRAS ?=
PEERS := tests/peers/wechaty
# make eval EVAL=folder TEXTS=file DATA=folder JSON=1
EVAL ?= tests/transcripts
TEXTS ?=
DATA ?=
JSON ?=
# make crash KILLS=20 SEED=3
KILLS ?= 200
SEED ?=

help:
	@echo 'make install  装好运行所需的一切（在 .venv 里，不动系统的 Python；要接微信：EXTRAS=wechat）'
	@echo 'make demo     在浏览器里试用：http://127.0.0.1:8080/'
	@echo 'make run      连接 QQ、微信正式运行（先设 LOUSHI_ONEBOT__TOKEN；设置文件用 CONFIG=文件）'
	@echo 'make test     跑全部测试，再跑 make lint'
	@echo 'make lint     检查代码的格式、写法和类型'
	@echo 'make eval     量理解得准不准、快不快，旁边是底线（EVAL=另一批聊天记录的文件夹，TEXTS=标注过的单句，'
	@echo '              DATA=公开数据的文件夹，要几分钟；JSON=1 给程序看）'
	@echo 'make pictures 把文档里的图片重新拍一遍'
	@echo 'make bench    只量快慢：分类、和 NoneBot2 比、内存、存一百万张以后、后台（要半个多小时）'
	@echo 'make crash    真的进程杀 200 次（KILLS=次数 SEED=种子），看丢没丢、重没重，约 12 分钟'

install: .venv/.installed$(addprefix -,$(EXTRAS))
	@:

demo: .venv/.installed
	@exec $(PY) -m bot demo

run: .venv/.installed
	@exec $(PY) -m bot run $(if $(CONFIG),--config '$(CONFIG)')

test: .venv/.installed-dev system-packages peers
	@rm -f .coverage .coverage.*
	@$(PY) -m pytest -n 2 --dist loadfile --no-loadscope-reorder --cov --cov-report=
	@$(PY) -m coverage report --include='bot/domain/*,bot/intake/*,bot/handlers/*' --skip-covered --fail-under=95
	@$(MAKE) --no-print-directory lint

lint: .venv/.installed-dev
	@$(PY) -m ruff check --quiet .
	@$(PY) -m ruff format --quiet --check . || { echo '格式不对：执行 .venv/bin/ruff format'; exit 1; }
	@$(PY) -m mypy

eval: .venv/.installed
	@$(PY) -m bot.evaluating '$(EVAL)' $(if $(TEXTS),--texts '$(TEXTS)') $(if $(DATA),--data '$(DATA)') $(if $(JSON),--json)

crash: .venv/.installed-dev
	@$(PY) -m benchmarks.crash --kills $(KILLS) $(if $(SEED),--seed $(SEED))

pictures: .venv/.installed-dev system-packages
	@PICTURES=docs/pictures $(PY) -m pytest -q -q tests/browser/test_pictures.py

bench: .venv/.installed-dev
	@$(PY) -m classifiers benchmark speed
	@$(PY) -m benchmarks.onebot_load
	@$(PY) -m benchmarks.onebot_load --memory 100000
	@$(PY) -m benchmarks.growth
	@$(PY) benchmarks/backlog.py

# The browser tests drive Debian's Chromium; without a Chinese font its screenshots are boxes.
system-packages:
	@need=; command -v chromium >/dev/null || need=' chromium'; \
	! command -v dpkg >/dev/null || dpkg -s fonts-noto-cjk >/dev/null 2>&1 || need="$$need fonts-noto-cjk"; \
	if [ -z "$$need" ]; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "安装浏览器测试要用的软件包：$$need"; \
	  { $(APT) update && $(APT) install --no-install-recommends $$need; } >/dev/null \
	    || echo "没有装上$$need，浏览器测试会受影响"; \
	else \
	  echo "浏览器测试还要用到：请执行 sudo apt-get install$$need"; \
	fi

# The tests of WeChat talk to a real Node gateway; without Node they are skipped.
peers:
	@if ! command -v node >/dev/null || ! command -v npm >/dev/null; then \
	  echo '没有 Node，微信的对接测试会跳过'; \
	elif [ ! $(PEERS)/node_modules/.package-lock.json -nt $(PEERS)/package-lock.json ]; then \
	  echo '安装微信对接测试要用的 Node 包……'; \
	  (cd $(PEERS) && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) \
	    || echo '没有装上 Node 包，微信的对接测试会跳过'; \
	fi

.venv/.installed: pyproject.toml | .venv/bin/python
	@echo '安装依赖，第一次要一两分钟……'
	@$(PIP) --editable .
	@touch $@

.venv/.installed-wechat: pyproject.toml | .venv/bin/python
	@echo '安装依赖，连同微信要用的包……'
	@$(PIP) --editable '.[wechat]'
	@touch .venv/.installed $@

.venv/.installed-dev: pyproject.toml | .venv/bin/python
	@echo '安装依赖和测试工具，第一次要几分钟……'
	@$(PIP) --editable '.[dev,wechat]'
	@touch .venv/.installed $@

# The first of these that is 3.11 to 3.13. Debian keeps ensurepip, which a virtual environment needs, in a package apart.
.venv/bin/python:
	@for py in python3.13 python3.12 python3.11 python3 none; do \
	  $$py -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && break; \
	done; \
	[ $$py != none ] || { echo '没有找到 Python 3.11 到 3.13，请先安装，例如 apt-get install python3'; exit 2; }; \
	if ! $$py -c 'import ensurepip' 2>/dev/null; then \
	  [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
	    || { echo "缺少 venv 模块，请先执行 sudo apt-get install $$py-venv"; exit 2; }; \
	  echo "安装 $$py-venv ……"; \
	  { $(APT) update && $(APT) install $$py-venv; } >/dev/null || { echo "没有装上 $$py-venv"; exit 2; }; \
	fi; \
	$$py -m venv .venv || { rm -rf .venv; exit 2; }
