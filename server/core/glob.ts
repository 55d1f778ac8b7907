/** Whether a path fits a pattern: `*` stands for anything but a slash, `**` for anything, `?` for one character. Forward slashes. */
export function matchesGlob(pattern: string, path: string): boolean {
	const memo = new Map<number, boolean>();
	const match = (p: number, t: number): boolean => {
		const key = p * (path.length + 1) + t;
		const known = memo.get(key);
		if (known !== undefined) return known;
		const found = matchAt(p, t);
		memo.set(key, found);
		return found;
	};
	const matchAt = (p: number, t: number): boolean => {
		if (p === pattern.length) return t === path.length;
		if (pattern.startsWith("**/", p)) return match(p + 3, t) || (t < path.length && match(p, nextFolder(path, t)));
		if (pattern.startsWith("**", p)) return match(p + 2, t) || (t < path.length && match(p, t + 1));
		if (pattern[p] === "*") return match(p + 1, t) || (t < path.length && path[t] !== "/" && match(p, t + 1));
		if (t === path.length) return false;
		return (pattern[p] === "?" ? path[t] !== "/" : pattern[p] === path[t]) && match(p + 1, t + 1);
	};
	return match(0, 0);
}

/** Behind the next slash; the end of the path without one. */
function nextFolder(path: string, from: number): number {
	const slash = path.indexOf("/", from);
	return slash === -1 ? path.length : slash + 1;
}
