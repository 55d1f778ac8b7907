import { type Uri, window, workspace } from "vscode";
import { codesOf, fileWith, findings, TEXT, WITHOUT_YES } from "./host.ts";

describe("settings", () => {
	let uri: Uri;
	const settings = () => workspace.getConfiguration("hullguard", uri);
	before(async () => {
		uri = await fileWith("settings/Dockerfile", TEXT);
		await window.showTextDocument(uri);
		await findings(uri, (codes) => codes.includes(WITHOUT_YES));
	});
	afterEach(async () => {
		for (const key of ["lint.rules", "lint.preset", "lint.enable", "lint.quiet"]) await settings().update(key, undefined);
		await findings(uri, (codes) => codes.includes(WITHOUT_YES) && !codes.includes("oci-labels-missing"));
	});

	it("turn a rule off", async () => {
		await settings().update("lint.rules", { [WITHOUT_YES]: "off" });
		await findings(uri, (codes) => codes.length > 0 && !codes.includes(WITHOUT_YES));
	});

	it("choose the stricter rules", async () => {
		await settings().update("lint.preset", "strict");
		await findings(uri, (codes) => codes.includes("oci-labels-missing"));
	});

	it("turn all checks off", async () => {
		await settings().update("lint.enable", false);
		await findings(uri, (codes) => codes.length === 0);
	});

	it("keep the small things quiet", async () => {
		const before = codesOf(uri).length;
		await settings().update("lint.quiet", true);
		await findings(uri, (codes) => codes.includes(WITHOUT_YES) && codes.length < before);
	});
});
