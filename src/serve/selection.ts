import { type GraphQLResolveInfo, Kind, type SelectionSetNode } from 'graphql';

/** Whether a query selects a field below the one that is being resolved, so that what nobody reads need not be computed. Directives are not looked at. */
export function selects({ fieldNodes, fragments }: Pick<GraphQLResolveInfo, 'fieldNodes' | 'fragments'>, path: readonly string[]): boolean {
  const within = (set: SelectionSetNode | undefined, [name, ...rest]: readonly string[]): boolean =>
    name === undefined ||
    (set?.selections ?? []).some(selection => {
      if (selection.kind === Kind.FIELD) return selection.name.value === name && within(selection.selectionSet, rest);
      const inner = selection.kind === Kind.FRAGMENT_SPREAD ? fragments[selection.name.value]?.selectionSet : selection.selectionSet;
      return within(inner, [name, ...rest]);
    });
  return fieldNodes.some(({ selectionSet }) => within(selectionSet, path));
}
