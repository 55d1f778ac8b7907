import { remembered } from "../memo.ts";
import type { ImageReference } from "./reference.ts";

/**
 * Names under which the same images are published again, in full, and what takes the place of them; each counts for what the one
 * before it leaves. Source: the documentation of Docker's official images, of the mirrors and of Red Hat's base images. Read 2026-11.
 */
const COPIES: readonly (readonly [copy: RegExp, original: string])[] = [
	// Official images for one architecture (`arm64v8/alpine`), also by the names that two had before 2017, and those of mirrors.
	[/^docker\.io\/(?:amd64|i386|arm32v[567]|armhf|arm64v8|aarch64|ppc64le|s390x|riscv64|mips64le)\//, "docker.io/library/"],
	[/^(?:mirror\.gcr\.io\/library|public\.ecr\.aws\/docker\/library|mcr\.microsoft\.com\/mirror\/docker\/library)\//, "docker.io/library/"],
	[/^(?:docker\.io\/redhat|registry\.redhat\.io)\/(?=ubi\d)/, "registry.access.redhat.com/"],
	// `ubi9` and `ubi9-minimal` are short for `ubi9/ubi` and `ubi9/ubi-minimal`.
	[/^(registry\.access\.redhat\.com\/ubi\d+)$/, "$1/ubi"],
	[/^(registry\.access\.redhat\.com\/ubi\d+)-(?=(?:minimal|micro|init)$)/, "$1/ubi-"],
];

/** An image under the name by which its maker publishes it first. */
export const originalOf = remembered((reference: ImageReference): ImageReference => {
	const written = `${reference.registry}/${reference.repository}`;
	const name = COPIES.reduce((left, [copy, original]) => left.replace(copy, original), written);
	if (name === written) return reference;
	const slash = name.indexOf("/");
	return { ...reference, registry: name.slice(0, slash), repository: name.slice(slash + 1) };
});
