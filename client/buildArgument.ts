import { env, type Range, type Uri, window } from "vscode";
import { BUILD_ARGUMENT, type BuildArgumentResult } from "../server/protocol.ts";
import { tellProblems } from "./progress.ts";
import type { Services } from "./services.ts";
import { targetUri } from "./target.ts";

/** Copies what a build has to be given for the image at the cursor; where nobody knows what builds pass, the user says it. */
export async function copyBuildArgument(
	{ connection, work }: Services,
	target: string | Uri | undefined,
	at: Range | undefined,
): Promise<void> {
	const uri = targetUri(target);
	const range = at ?? window.activeTextEditor?.selection;
	if (uri === undefined || range === undefined) return;
	const place = { uri: uri.toString(), at: { start: range.start, end: range.end } };
	const ask = (value?: { readonly argument: string; readonly text: string }): Promise<BuildArgumentResult | undefined> =>
		work.run("Asking registries for digests", (_, token) =>
			connection.ask(BUILD_ARGUMENT, { ...place, ...(value === undefined ? {} : { value }) }, token),
		);
	let result = await ask();
	if (result?.unknown !== undefined && result.lines.length === 0) {
		const { argument, image } = result.unknown;
		const text = await window.showInputBox({
			title: "Copy --build-arg Line",
			prompt: `What builds pass for ${argument}, which FROM takes as ${image}`,
			placeHolder: image.includes("$") && !/^\$\{?\w+\}?$/.test(image) ? "3.13-slim" : "debian:13",
			ignoreFocusOut: true,
		});
		if (text === undefined || text.trim() === "") return;
		result = await ask({ argument, text: text.trim() });
	}
	if (result === undefined) return;
	if (result.problem !== undefined) tellProblems([result.problem]);
	if (result.lines.length > 0) {
		await env.clipboard.writeText(result.lines.join("\n"));
		window.setStatusBarMessage(result.lines.length === 1 ? `Copied ${result.lines[0]}` : `Copied ${result.lines.length} lines`, 6000);
	} else if (result.unknown !== undefined)
		void window.showInformationMessage(
			`Nobody knows what ${result.unknown.image} is: with that value it is no image that can be looked up.`,
		);
}
