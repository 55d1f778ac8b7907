import { remembered } from "../../memo.ts";
import type { Stage } from "../model/model.ts";
import { rootBase } from "../model/stages.ts";
import { officialName } from "./baseFacts.ts";

/**
 * Distribution images as their makers publish them. Their configuration says nothing but a shell for CMD and, in some, PATH and
 * labels: no entry point, working directory, user, volume, stop signal or health check. Images with systemd are none of them.
 * Source: the configurations on Docker Hub. Read 2026-11.
 */
const DISTRIBUTIONS = new Set([
	"docker.io/library/debian",
	"docker.io/library/ubuntu",
	"docker.io/library/alpine",
	"docker.io/library/busybox",
	"docker.io/library/fedora",
	"docker.io/library/centos",
	"docker.io/library/rockylinux",
	"docker.io/rockylinux/rockylinux",
	"docker.io/library/almalinux",
	"docker.io/library/amazonlinux",
	"docker.io/library/oraclelinux",
	"docker.io/library/archlinux",
	"docker.io/library/buildpack-deps",
	"docker.io/opensuse/leap",
	"docker.io/opensuse/tumbleweed",
]);

/** Whether a stage's lineage starts from such an image: what the file does not say of the container is at its default. */
export const plainDistribution = remembered((stage: Stage): boolean => {
	const base = rootBase(stage);
	return base.kind === "image" && DISTRIBUTIONS.has(officialName(base.reference));
});
