/** What stands behind the last slash of a path or an address: the name of the file; nothing where it ends in a slash. `${V%/*}` stays whole. */
export function baseName(path: string): string {
	return path.slice(hideReferences(path).lastIndexOf("/") + 1);
}

/** A text of the same length with `_` in place of each `${NAME…}`: what stands in one is no syntax of the path or address around it. */
export function hideReferences(text: string): string {
	return text.includes("${") ? text.replace(/\$\{(?:[^{}]|\$\{[^{}]*\})*\}/g, (reference) => "_".repeat(reference.length)) : text;
}

/** An address up to its query or fragment. What stands in `${V#v}` and `${V:?}` is neither. */
export function withoutQuery(address: string): string {
	const end = hideReferences(address).search(/[?#]/);
	return end === -1 ? address : address.slice(0, end);
}
