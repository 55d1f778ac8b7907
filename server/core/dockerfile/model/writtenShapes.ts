import { SHAPE_TRACES } from "../../secrets/shapes.ts";
import { writesAny } from "./writtenTexts.ts";

/** Whether a credential that can be told by its shape may stand in a file as it is: without a break, a variable or an escape in it. */
export const mayWriteShapes = writesAny(SHAPE_TRACES);
