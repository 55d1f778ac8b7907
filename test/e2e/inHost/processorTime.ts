import Module from "node:module";

type Load = (request: string, ...rest: unknown[]) => unknown;

/** Milliseconds of processor time that loading the extension and its activate() took so far. */
export let processorTime = 0;

/** Measures the extension when it is loaded, which has to come later: what a busy machine does meanwhile does not count. */
export function watchProcessorTime(): void {
	const loader = Module as unknown as { _load: Load };
	const original = loader._load;
	loader._load = function (request, ...rest) {
		if (!request.endsWith("extension.cjs")) return original.call(this, request, ...rest);
		loader._load = original;
		const bundle = measured(() => original.call(this, request, ...rest)) as { readonly activate: (context: unknown) => unknown };
		return { ...bundle, activate: (context: unknown) => measured(() => bundle.activate(context)) };
	};
}

function measured<Result>(work: () => Result): Result {
	const before = process.cpuUsage();
	try {
		return work();
	} finally {
		const { user, system } = process.cpuUsage(before);
		processorTime += Math.round((user + system) / 1000);
	}
}
