/** Waits until something is the case, and fails with what was waited for after some seconds. */
export async function eventually(condition: () => boolean | Promise<boolean>, what: string, withinMs = 20_000): Promise<void> {
	const end = performance.now() + withinMs;
	while (!(await condition())) {
		if (performance.now() > end) throw new Error(`not within ${withinMs} ms: ${what}`);
		await new Promise((resolve) => setTimeout(resolve, 5));
	}
}
