/** The three numbers of a version as tools print it: `v0.76.0`, `28.5.2+dfsg4`, `github.com/docker/buildx 0.29.1+ds1`. */
export function versionNumbers(text: string): readonly [number, number, number] | undefined {
	const match = /(\d{1,9})\.(\d{1,9})\.(\d{1,9})/.exec(text);
	return match === null ? undefined : [Number(match[1]), Number(match[2]), Number(match[3])];
}

/** Negative if `a` is older than `b`, 0 if their three numbers are the same; undefined if one cannot be read. */
export function compareVersions(a: string, b: string): number | undefined {
	const first = versionNumbers(a);
	const second = versionNumbers(b);
	if (first === undefined || second === undefined) return undefined;
	return first[0] - second[0] || first[1] - second[1] || first[2] - second[2];
}

/** Whether `version` is `minimum` or newer; true if it cannot be read, as in builds that are called `devel`. */
export function atLeast(version: string, minimum: string): boolean {
	return (compareVersions(version, minimum) ?? 0) >= 0;
}
