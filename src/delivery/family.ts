/** "todo" of "todo.create": operations of one family share a due list and a rate. */
export function familyOf(operation: string): string {
  const end = operation.indexOf(".");
  return end < 0 ? operation : operation.slice(0, end);
}
