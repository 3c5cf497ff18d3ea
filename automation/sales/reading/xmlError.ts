/** Thrown for text that is not well-formed XML, or too large. The message completes "got …". */
export class XmlError extends Error {}
