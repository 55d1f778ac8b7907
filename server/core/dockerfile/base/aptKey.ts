import { WITHOUT_APT_KEY } from "../../knowledge/firstLines.ts";
import { remembered } from "../../memo.ts";
import { fileSays } from "../model/fileText.ts";
import type { Stage } from "../model/model.ts";
import { stageBaseFacts } from "./baseFacts.ts";
import { isFromLine } from "./distributionLine.ts";

/** A program by that name which the file puts there itself. */
const OWN_PROGRAM = /bin\/apt-key\b/;

/** Whether the distribution of a stage is known to have no `apt-key` any more: each call of it fails. */
export const lacksAptKey = remembered(
	(stage: Stage): boolean =>
		stageBaseFacts(stage).family === "debian" && isFromLine(stage, WITHOUT_APT_KEY) === true && !fileSays(stage.file, OWN_PROGRAM),
);
