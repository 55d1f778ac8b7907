import type { Dockerfile } from "../dockerfile/model/model.ts";
import { type ImageUse, pinEdit } from "../dockerfile/variables/imageUses.ts";
import type { Fix } from "../finding.ts";
import { canonicalName } from "../image/reference.ts";
import { pinPlace } from "./place.ts";

/** The repair that pins an image to its digest; none where the file has no place for it, or the build passes the image. */
export function pinFixes(file: Dockerfile, use: ImageUse, title: string): readonly Fix[] {
	if (pinPlace(file, use).kind !== "written") return [];
	return [
		{
			title,
			safety: "lookup",
			need: { kind: "imageDigest", reference: canonicalName(use.reference) },
			finish: (digest) => {
				const edit = pinEdit(use, digest);
				return edit === undefined ? [] : [edit];
			},
		},
	];
}
