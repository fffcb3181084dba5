"""The peer to beat: NoneBot2 with one matcher that says every message again. It stores and understands nothing."""

import os

import nonebot
from nonebot.adapters.onebot.v11 import Adapter, GroupMessageEvent

nonebot.init(
    driver="~fastapi",
    host="127.0.0.1",
    port=int(os.environ["PORT"]),
    log_level="WARNING",
    onebot_access_token=os.environ["TOKEN"],
    fastapi_openapi_url=None,
)
nonebot.get_driver().register_adapter(Adapter)
echo = nonebot.on_message(priority=10, block=True)


@echo.handle()
async def say_again(event: GroupMessageEvent) -> None:
    """Say it again."""
    await echo.finish("echo: " + event.get_plaintext())


if __name__ == "__main__":
    nonebot.run()
