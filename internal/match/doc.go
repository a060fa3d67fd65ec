// Package match says what the columns of a table with headings of somebody's own hold: which part of which indicator. It
// weighs evidence of several kinds (words, arithmetic, formulas, structure, history, memory) over the whole table, and
// takes a column for sure only when two kinds agree, none contradicts and nothing else comes near. It reads no files.
package match
