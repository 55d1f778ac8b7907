/** What stands behind the last slash of a path or an address: the name of the file; nothing where it ends in a slash. */
export function baseName(path: string): string {
	return path.slice(path.lastIndexOf("/") + 1);
}
