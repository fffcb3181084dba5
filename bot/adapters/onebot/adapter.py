"""QQ as a platform: puts the transports, the accounts and the codec together."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import aiohttp
import structlog
from aiohttp import web

from bot.adapters.fetching import fetch_picture, picture_session
from bot.adapters.onebot import actions, http, reverse
from bot.adapters.onebot.accounts import Accounts
from bot.adapters.onebot.decoded import PLATFORM
from bot.adapters.onebot.forward import ForwardClient
from bot.adapters.onebot.history import History
from bot.adapters.onebot.http import HttpLine
from bot.adapters.onebot.lanes import Deliver, Lanes
from bot.adapters.onebot.quotes import Quotes
from bot.adapters.onebot.reception import Reception
from bot.adapters.onebot.reverse import ReverseServer
from bot.adapters.onebot.settings import Mode, OneBotSettings
from bot.domain.errors import DeliveryError
from bot.domain.messages import Attachment, ChannelState, ConversationRef, InboundMessage, OutboundMessage, Receipt

log = structlog.get_logger(__name__)
