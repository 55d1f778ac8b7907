import type { CancellationToken } from "vscode-languageserver/node";

/** The protocol's cancellation as the one currency below the shells. Call `release` when the work is done. */
export function signalOf(token: CancellationToken, also?: AbortSignal): { readonly signal: AbortSignal; readonly release: () => void } {
	const controller = new AbortController();
	const abort = (): void => controller.abort();
	if (token.isCancellationRequested || also?.aborted) abort();
	const subscription = token.onCancellationRequested(abort);
	also?.addEventListener("abort", abort, { once: true });
	return {
		signal: controller.signal,
		release() {
			subscription.dispose();
			also?.removeEventListener("abort", abort);
		},
	};
}
