import { command } from './command.ts';
import { terminal } from './operator.ts';
import { settle } from './settle.ts';

/** `npm run azure:settle`, which azd runs after `azd provision`. */
await command(() => settle(process.env, terminal));
