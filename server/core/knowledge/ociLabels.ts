/**
 * The annotations of the OCI image specification that labels repeat, and the ARG that usually feeds each one.
 * Source: OCI Image Format Specification 1.1, "Pre-Defined Annotation Keys". Read 2026-11.
 */

export const OCI_LABEL_PREFIX = "org.opencontainers.image.";

/** By the key without its prefix. */
export const OCI_LABEL_ARGUMENTS: Readonly<Record<string, string>> = {
	title: "IMAGE_TITLE",
	description: "IMAGE_DESCRIPTION",
	revision: "GIT_COMMIT",
	created: "BUILD_DATE",
	source: "IMAGE_SOURCE",
	version: "IMAGE_VERSION",
	licenses: "IMAGE_LICENSES",
	vendor: "IMAGE_VENDOR",
	authors: "IMAGE_AUTHORS",
	url: "IMAGE_URL",
	documentation: "IMAGE_DOCUMENTATION",
	"ref.name": "IMAGE_REF_NAME",
	"base.name": "BASE_NAME",
	"base.digest": "BASE_DIGEST",
};

/**
 * What became of the keys of label-schema.org, by both without their prefix.
 * Source: OCI Image Format Specification 1.1, "Back-compatibility with Label Schema". Read 2026-11.
 */
export const LABEL_SCHEMA_KEYS: Readonly<Record<string, string>> = {
	"build-date": "created",
	url: "url",
	"vcs-url": "source",
	version: "version",
	"vcs-ref": "revision",
	vendor: "vendor",
	name: "title",
	description: "description",
	usage: "documentation",
};
