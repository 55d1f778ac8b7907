import { commandsOf, runSteps } from "../../dockerfile/commands/scripts.ts";
import { lastPart } from "../../dockerfile/downloads/addresses.ts";
import { downloadsOf } from "../../dockerfile/downloads/downloads.ts";
import { remoteSourcesOf } from "../../dockerfile/files/remoteSources.ts";
import type { Stage, Step } from "../../dockerfile/model/model.ts";
import { CHECK_MATERIAL } from "../../knowledge/pipeConsumers.ts";
import { SIGNERS, type Signer } from "../../knowledge/signers.ts";
import { remembered } from "../../memo.ts";
import type { Span } from "../../text.ts";
import { DOWNLOAD_WORDS } from "../needs.ts";
import { defineRule, type Report, same } from "../rule.ts";

const TOOLS = /^(?:gpg2?|gpgv2?|sqv|cosign|minisign|slsa-verifier|gh|sigstore|signify)$/;
const VERIFIES = /^(?:--verify|--decrypt|-d|--verify-files|verify-blob|verify-blob-attestation|verify-artifact|attestation|verify|-V|-Vm)$/;

export const artifactSignatureNotVerified = defineRule({
	id: "artifact-signature-not-verified",
	title: "The signature of a signed release is not verified",
	category: "supply-chain",
	severity: "info",
	preset: "opt-in",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["cis", "4.12"]),
	onlyWith: { words: [...DOWNLOAD_WORDS, "http", "https"] },
	why: "A digest says that the file is the one that somebody looked at; it has to be taken from somewhere, mostly from the page that offers the file. A signature says that the authors made it, for every version, whoever serves it. This project publishes signatures.",
	remedy:
		"Fetch the signature beside the file and verify it before anything reads the file: `gpg --batch --verify a.tgz.asc a.tgz` with the authors' key by its full fingerprint, `cosign verify-blob --bundle …` with their identity, or `slsa-verifier verify-artifact`.",
	references: [
		"https://docs.sigstore.dev/cosign/verifying/verify/",
		"https://www.gnupg.org/gph/en/manual/x135.html",
		"https://slsa.dev/spec/v1.0/verifying-artifacts",
	],
	examples: [
		{
			caption: "A release that comes with a signature",
			bad: "FROM debian:12\nADD «https://github.com/krallin/tini/releases/download/v0.19.0/tini» /tini\n",
		},
		{
			caption: "Checked by digest only, or not at all",
			bad: 'FROM debian:12\nRUN curl -fsSLO «https://nodejs.org/dist/v22.0.0/node-v22.0.0-linux-x64.tar.xz» && echo "$SUM  node.tar.xz" | sha256sum -c -\nADD «https://github.com/krallin/tini/releases/download/v0.19.0/tini» /tini\n',
		},
		{
			caption: "Verified, or a project without signatures",
			good: "FROM debian:12\nRUN curl -fsSLO https://nodejs.org/dist/v22.0.0/SHASUMS256.txt.asc && curl -fsSLO https://nodejs.org/dist/v22.0.0/node-v22.0.0-linux-x64.tar.xz && gpg --batch --verify SHASUMS256.txt.asc\nRUN curl -O https://example.com/a.tgz\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of stage.steps) {
				if (step.keyword !== "RUN" && step.keyword !== "ADD") continue;
				for (const { address, span } of placesOf(step)) {
					const signer = signerOf(address);
					if (signer === undefined || verifies(stage)) continue;
					reports.push({
						span,
						message: `${signer.name} signs its releases (${signer.kind}), and no signature is verified here`,
						...(stage.use === "unused" ? { severity: "hint" as const } : {}),
					});
				}
			}
		}
		return reports;
	},
});

interface Place {
	readonly address: string;
	readonly span: Span;
}

/** The addresses that an instruction fetches. */
function placesOf(step: Step): readonly Place[] {
	if (step.keyword === "RUN")
		return downloadsOf(step).map((download) => ({ address: download.resolved ?? download.address, span: download.url.span }));
	return remoteSourcesOf(step).map((source) => ({ address: source.resolved ?? source.text, span: source.span }));
}

function signerOf(address: string): Signer | undefined {
	const path = address.replace(/^https?:\/\/(?:www\.)?/i, "");
	const signer = SIGNERS.find(({ addresses }) => addresses.some((start) => path.startsWith(start)));
	if (signer === undefined) return undefined;
	const name = lastPart(path);
	return CHECK_MATERIAL.test(name) || /\.(?:txt|json)$/.test(name) ? undefined : signer;
}

const verifies = remembered((stage: Stage): boolean =>
	runSteps(stage).some((step) =>
		commandsOf(step).some(
			({ program, args }) =>
				program !== undefined && TOOLS.test(program) && (program === "gpgv" || args.some((word) => VERIFIES.test(word.text))),
		),
	),
);
