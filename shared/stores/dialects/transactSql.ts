import {
  type KyselyPlugin,
  OperationNodeTransformer,
  OutputNode,
  type QueryId,
  ReferenceNode,
  type SelectionNode,
  type SelectQueryNode,
  TableNode,
  TopNode,
  type UpdateQueryNode,
  ValueNode,
} from 'kysely';
import { bigintColumns } from '../schema.ts';

class TransactSql extends OperationNodeTransformer {
  protected override transformSelectQuery(node: SelectQueryNode, queryId?: QueryId): SelectQueryNode {
    const { limit, ...rest } = super.transformSelectQuery(node, queryId);
    if (!limit) return rest;
    const count = ValueNode.is(limit.limit) ? limit.limit.value : undefined;
    if (typeof count !== 'number') throw new TypeError('A limit must be a number.');
    return { ...rest, top: TopNode.create(count) };
  }

  protected override transformUpdateQuery(node: UpdateQueryNode, queryId?: QueryId): UpdateQueryNode {
    const { returning, ...rest } = super.transformUpdateQuery(node, queryId);
    return returning ? { ...rest, output: OutputNode.create(returning.selections.map(fromInserted)) } : rest;
  }
}

function fromInserted(node: SelectionNode): SelectionNode {
  const { selection } = node;
  if (!ReferenceNode.is(selection) && selection.kind !== 'ColumnNode') {
    throw new TypeError('Only plain columns can be returned by an update.');
  }
  const column = ReferenceNode.is(selection) ? selection.column : selection;
  if (column.kind !== 'ColumnNode') throw new TypeError('Only named columns can be returned by an update.');
  return { ...node, selection: ReferenceNode.create(column, TableNode.create('inserted')) };
}

/** Transact-SQL says `top` for `limit` and `output inserted.x` for `returning x`. */
export function transactSql(): KyselyPlugin {
  const rewriting = new TransactSql();
  return {
    transformQuery: ({ node, queryId }) => rewriting.transformNode(node, queryId),
    transformResult: async ({ result }) => result,
  };
}

/** Our bigints are times and small counters: all exact as numbers. */
export function bigintsAsNumbers(): KyselyPlugin {
  return {
    transformQuery: ({ node }) => node,
    transformResult: async ({ result }) => ({
      ...result,
      rows: result.rows.map((row) =>
        Object.fromEntries(
          Object.entries(row).map(([name, value]) => [
            name,
            bigintColumns.has(name) && typeof value === 'string' ? Number(value) : value,
          ]),
        ),
      ),
    }),
  };
}
