// The gateway between 楼事通 and one WeChat account: a Wechaty puppet behind wechaty-puppet-service.
// It does not encrypt (the Python side cannot), so it listens on this host only; whoever has TOKEN speaks as the account.
//   WECHATY_PUPPET   the npm package of the puppet, installed beside this file
//   TOKEN            shared with 楼事通, or TOKEN_FILE: a file that holds it
//   PORT             8788
//   HOST             127.0.0.1; 0.0.0.0 only inside a container whose port is not published
// The puppet's own settings are its own environment variables, e.g. WECHATY_PUPPET_SERVICE_TOKEN.
import { readFileSync } from 'node:fs'
import { MemoryCard } from 'memory-card'
import { PuppetServer } from 'wechaty-puppet-service'

const { WECHATY_PUPPET: name, TOKEN_FILE, PORT = '8788', HOST = '127.0.0.1' } = process.env
const token = (TOKEN_FILE ? readFileSync(TOKEN_FILE, 'utf8') : process.env.TOKEN ?? '').trim()
if (!name || !token) {
  console.error('请设 WECHATY_PUPPET（npm 包名）和 TOKEN（或 TOKEN_FILE），见 docs/deployment-wechat.md')
  process.exit(2)
}

const { default: Puppet } = await import(name)
const puppet = new (Puppet.default ?? Puppet)()
const memory = new MemoryCard('loushi')   // keeps the login over a restart, in the working directory
await memory.load()
puppet.setMemory(memory)
puppet.on('error', () => console.error('puppet: error'))   // what it says may hold somebody's words

const server = new PuppetServer({ endpoint: `${HOST}:${PORT}`, puppet, token, tls: { disable: true } })
await server.start()
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => { server.stop().finally(() => process.exit(0)) })
console.log(`gateway: ${name} on ${HOST}:${PORT}`)
