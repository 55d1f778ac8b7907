import { languages, type TextDocument } from "vscode";

/** A filter that both the editor and the language client take. */
type DocumentFilter = { readonly scheme: string; readonly language: string } | { readonly scheme: string; readonly pattern: string };

const DOCKERFILES: readonly DocumentFilter[] = [
	{ language: "dockerfile", scheme: "file" },
	{ language: "dockerfile", scheme: "untitled" },
];

/** Files of Compose and Bake, which may hold Dockerfiles. */
const HOSTS: readonly DocumentFilter[] = [
	{ language: "dockercompose", scheme: "file" },
	{ language: "dockerbake", scheme: "file" },
	{ pattern: "**/{compose,docker-compose}{,.*,-*}.{yaml,yml}", scheme: "file" },
	{ pattern: "**/docker-bake{,.*,-*}.{hcl,json}", scheme: "file" },
];

/** Files that say how images are built and Dockerfiles are linted: what is wrong in them is shown in them. */
const AROUND: readonly DocumentFilter[] = [
	{ pattern: "**/{,*}.dockerignore", scheme: "file" },
	{ pattern: "**/{hullguard,.hullguard,.hadolint}.{yaml,yml}", scheme: "file" },
];

/** Files that name images and hold no Dockerfile. Not all YAML: manifests of Kubernetes are looked for where people keep them. */
const MENTIONING: readonly DocumentFilter[] = [
	{ pattern: "**/{devcontainer,.devcontainer}.json", scheme: "file" },
	{ pattern: "**/.{github,gitea,forgejo}/workflows/*.{yaml,yml}", scheme: "file" },
	{ pattern: "**/{k8s,kubernetes,manifests,deploy,deployment,deployments}/**/*.{yaml,yml}", scheme: "file" },
];

/** The documents that the server is told about. */
export const DOCUMENTS: readonly DocumentFilter[] = [...DOCKERFILES, ...HOSTS, ...MENTIONING, ...AROUND];

/** Whether a document needs the server: a Dockerfile, or a file of Compose or Bake that holds one or a digest. Most of them hold none. */
export function needsServer(document: TextDocument): boolean {
	if (languages.match(DOCKERFILES, document) > 0) return true;
	return languages.match(HOSTS, document) > 0 && /dockerfile[_-]inline|@sha256:/.test(document.getText());
}
