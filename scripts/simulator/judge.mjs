// Reads {simulations, definitions} from standard input; writes {verdicts, problems} as JSON.
import { runSimulation } from '@cloud-copilot/iam-simulate'
import validate from 'asl-validator'
import { text } from 'node:stream/consumers'

const { simulations, definitions } = JSON.parse(await text(process.stdin))

async function verdict(simulation) {
  const said = await runSimulation(simulation, {})
  if (said.resultType === 'error') return `error: ${JSON.stringify(said.errors)}`
  return said.overallResult
}

const verdicts = []
for (const simulation of simulations) verdicts.push(await verdict(simulation))

const problems = {}
for (const [name, definition] of Object.entries(definitions)) {
  const said = validate(definition)
  problems[name] = said.isValid ? [] : said.errors.map((error) => JSON.stringify(error))
}
console.log(JSON.stringify({ verdicts, problems }))
