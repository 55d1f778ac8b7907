import { imageUsesOf } from "../../dockerfile/variables/imageUses.ts";
import { remembered } from "../../memo.ts";
import { defineRule, similar } from "../rule.ts";

export const imageSignaturePolicyMissing = defineRule({
	id: "image-signature-policy-missing",
	title: "Nothing in the project says whose signatures base images need",
	category: "supply-chain",
	severity: "hint",
	preset: "opt-in",
	needs: "context",
	since: "0.1.0",
	equivalents: similar(["cis", "4.5"], ["dockle", "CIS-DI-0005"]),
	why: "A digest says that the image is the one of last time, not who made it. A policy that a builder or a cluster checks (BuildKit's source policy, cosign, notation, podman's `policy.json`) refuses images that nobody known has signed.",
	remedy:
		"Write the policy down beside the Dockerfile, and have the pipeline check it before it builds. `evidence` names the files by which the rule recognises that. It speaks once for a file, and only where somebody has looked at the folder.",
	references: ["https://docs.docker.com/build/policies/", "https://docs.sigstore.dev/cosign/verifying/verify/"],
	options: [
		{
			name: "evidence",
			description: "Names of files and folders that hold such a policy.",
			default: [
				"cosign.pub",
				"cosign.key.pub",
				"policy.json",
				"policy.rego",
				"Dockerfile.rego",
				"source-policy.json",
				"trustpolicy.json",
				".sigstore",
				".notation",
			],
		},
	],
	examples: [
		{ caption: "No policy", bad: "FROM «debian:12» AS a\nFROM alpine:3.22\n", workspace: { contextEntries: ["src", "Dockerfile"] } },
		{ caption: "A public key", good: "FROM debian:12\n", workspace: { contextEntries: ["cosign.pub"] } },
		{
			caption: "A folder of one's own",
			good: "FROM debian:12\n",
			options: { evidence: ["trust"] },
			workspace: { contextEntries: ["trust/"] },
		},
		{ caption: "Nobody has looked", good: "FROM debian:12\n" },
		{ caption: "No image from elsewhere", good: "FROM scratch\n", workspace: { contextEntries: ["src"] } },
	],
	check(file, { options, workspace }) {
		const { contextEntries } = workspace;
		const { evidence } = options;
		if (contextEntries === undefined || !Array.isArray(evidence)) return [];
		const names = entryNames(contextEntries);
		if (evidence.some((name) => names.has(name))) return [];
		const first = imageUsesOf(file).find(({ kind }) => kind === "from");
		return first === undefined ? [] : [{ span: first.span, message: "No policy in this folder says whose signatures base images need" }];
	},
});

/** The entries of a folder without the slashes that folders end in. */
const entryNames = remembered(
	(entries: readonly string[]): ReadonlySet<string> => new Set(entries.map((entry) => entry.replace(/\/$/, ""))),
);
