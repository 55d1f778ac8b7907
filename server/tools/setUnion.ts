/**
 * execa 10 asks Node 22 for `Set.prototype.union` when it is loaded; that method is all that Node 20 lacks of what the
 * runner uses. Imported in front of execa.
 */
if (!("union" in Set.prototype)) {
	Object.defineProperty(Set.prototype, "union", {
		configurable: true,
		writable: true,
		value<T>(this: Set<T>, other: Iterable<T>): Set<T> {
			return new Set([...this, ...other]);
		},
	});
}
