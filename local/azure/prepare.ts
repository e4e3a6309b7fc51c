import { answers } from './answers.ts';
import { command } from './command.ts';
import { terminal } from './operator.ts';
import { said } from './said.ts';

/** `npm run azure:prepare`, which azd runs before `azd provision`: asks what only the operator knows, and has azd remember it. */
await command(async () => {
  for (const [name, value] of Object.entries(await answers(process.env, terminal))) {
    await said('azd', ['env', 'set', name, value]);
  }
});
