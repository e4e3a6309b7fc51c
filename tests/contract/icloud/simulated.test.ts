import { describe } from '@jest/globals';
import { contract } from './suite.ts';
import { simulatedWorld } from './worlds.ts';

describe('the simulated iCloud', () => contract(simulatedWorld));
