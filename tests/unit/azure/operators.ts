import type { Operator } from '../../../local/azure/operator.ts';

/** Somebody who answers these questions, in this order, and what they were asked and told. */
export function answering(
  ...answers: readonly string[]
): Operator & { readonly asked: string[]; readonly told: string[] } {
  const left = [...answers];
  const asked: string[] = [];
  const told: string[] = [];
  const answer = async (question: string) => {
    asked.push(question);
    return left.shift();
  };
  return { asked, told, say: (line) => void told.push(line), ask: answer, askSecret: answer };
}
