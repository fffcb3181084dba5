// A real wechaty-puppet-service server over wechaty-puppet-mock. What the people do comes in over loopback HTTP:
// POST {"op": …}. Env: PORT (gRPC), CTRL (HTTP), TOKEN, DONG_MS (how long a dong takes).
import * as http from 'node:http'
import { FileBox } from 'file-box'
import { PuppetServer } from 'wechaty-puppet-service'
import { PuppetMock, mock } from 'wechaty-puppet-mock'

const { PORT, CTRL, TOKEN, DONG_MS = '20' } = process.env
const BOT = 'loushi'

class Puppet extends PuppetMock {
  sent = []          // what the bot sent
  files = new Map()  // message id → FileBox, as real puppets hold them
  aliases = {}       // room/person → room alias
  givesIds = true    // real puppets return the id of a post, the stock mock does not
  echoes = true

  ding (data) { setTimeout(() => this.emit('dong', { data: data || '' }), +DONG_MS) }

  async _messageSend (conversationId, something) {
    if (!this.isLoggedIn) throw new Error('not logged in')
    const room = mocker.cacheRoomPayload.has(conversationId)
    const id = `bot${this.sent.length + 1}`
    const text = typeof something === 'string' ? something : ''
    const size = text ? 0 : (await something.toBuffer()).length
    this.sent.push({ conversation: conversationId, id, text, size })
    const address = room ? { roomId: conversationId } : { listenerId: conversationId }
    if (this.echoes) say({ id, type: text ? 7 : 6, text, talkerId: BOT, ...address })
    return this.givesIds ? id : undefined
  }

  async messageSendText (conversationId, text, mentionIdList) {
    const id = await this._messageSend(conversationId, text)
    this.sent.at(-1).mentions = mentionIdList
    return id
  }

  // The stock one caches by id; the tests use their ids again.
  async messagePayload (id) { return mocker.messagePayload(id) }
  async messageFile (id) {
    if (!this.files.has(id)) throw new Error('no file')
    return this.files.get(id)
  }
  async messageImage (id) { return this.messageFile(id) }
  async roomMemberRawPayload (room, person) {
    return { ...await super.roomMemberRawPayload(room, person), roomAlias: this.aliases[`${room}/${person}`] }
  }
}

const mocker = new mock.Mocker()
const puppet = new Puppet({ mocker })
let login = true     // as accounts do that were in before
mocker.use(() => {
  const timer = setTimeout(() => { if (login && !puppet.isLoggedIn) puppet.login(BOT) }, 10)
  return () => clearTimeout(timer)
})
mocker.createContact({ id: BOT, name: '楼事通' })

function say (payload) {
  mocker.cacheMessagePayload.set(payload.id, { timestamp: Date.now(), mentionIdList: [], ...payload })
  puppet.emit('message', { messageId: payload.id })
}

const ops = {
  person: b => { if (!mocker.cacheContactPayload.has(b.id)) mocker.createContact({ id: b.id, name: b.name }) },
  room: b => { if (!mocker.cacheRoomPayload.has(b.id)) mocker.createRoom({ id: b.id, topic: b.topic, ownerId: BOT, memberIdList: b.members }) },
  alias: async b => {
    puppet.aliases[`${b.room}/${b.person}`] = b.alias
    await puppet.roomMemberPayloadDirty(b.room)
  },
  say: b => say(b.payload),
  burst: b => b.payloads.forEach(say),
  // kind: base64 (carried in the box), buffer (handed out as a UUID box by the stock call), file
  file: b => {
    const boxes = {
      base64: () => FileBox.fromBase64(b.base64, b.name),
      buffer: () => FileBox.fromBuffer(Buffer.from(b.base64, 'base64'), b.name),
      file: () => FileBox.fromFile(b.path),
    }
    puppet.files.set(b.id, boxes[b.kind ?? 'buffer']())
  },
  topic: b => mocker.RoomMock.load(b.room).topic(b.topic).by(mocker.ContactMock.load(b.by)),
  emit: b => puppet.emit(b.event, b.payload),   // a raw event: error, scan, heartbeat, the same message twice
  logout: async () => { login = false; await puppet.logout('the phone said so') },
  login: () => { login = true; puppet.login(BOT) },
  behave: b => { Object.assign(puppet, b.as) },
  sent: () => puppet.sent,
  clear: () => { puppet.sent = []; puppet.files.clear() },
}

await new PuppetServer({ endpoint: `127.0.0.1:${PORT}`, puppet, token: TOKEN, tls: { disable: true } }).start()
http.createServer(async (request, response) => {
  try {
    let data = ''
    for await (const chunk of request) data += chunk
    const body = JSON.parse(data)
    response.end(JSON.stringify(await ops[body.op](body) ?? null))
  } catch (error) {
    response.statusCode = 500
    response.end(String(error.stack))
  }
}).listen(+CTRL, '127.0.0.1', () => console.log('ready'))
