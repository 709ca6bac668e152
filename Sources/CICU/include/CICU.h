#pragma once

// A thin shim over ICU (libicuuc). ICU's own headers rename every function by version with macros, which Swift cannot
// import; these functions keep their names.

#include <stdbool.h>
#include <stdint.h>

/// Finds word boundaries in UTF-8 text: by the rules of UAX #29, and by dictionary in Chinese, Japanese, Thai, Lao,
/// Khmer and Burmese. One breaker serves one thread at a time.
typedef struct cicu_word_breaker cicu_word_breaker;

/// A new breaker, or NULL where ICU has no data or there is no memory.
cicu_word_breaker *_Nullable cicu_word_breaker_open(void);

/// A breaker of its own that behaves as `breaker` does. Many threads may clone the same breaker at once as long as
/// nothing else is done with it. NULL when there is no memory.
cicu_word_breaker *_Nullable cicu_word_breaker_clone(const cicu_word_breaker *_Nonnull breaker);

void cicu_word_breaker_close(cicu_word_breaker *_Nullable breaker);

/// Sets the text, at most INT32_MAX bytes, which must stay where it is until the next text is set or the breaker closes.
bool cicu_word_breaker_set_text(cicu_word_breaker *_Nonnull breaker, const char *_Nonnull utf8, int64_t length);

/// Stores the next boundaries: where each segment ends, and whether it holds a letter, digit or ideograph.
///
/// Returns how many were stored, at most `capacity`; fewer mean that the text is at its end.
int32_t cicu_word_breaker_next(
    cicu_word_breaker *_Nonnull breaker, int32_t *_Nonnull ends, bool *_Nonnull word_like, int32_t capacity);

enum {
    CICU_FOLD_CASE = 1,          // full case folding
    CICU_FOLD_COMPATIBILITY = 2, // NFKC: widths, ligatures, circled and styled letters
    CICU_STRIP_ACCENTS = 4,      // combining diacritical marks are dropped
};

/// Writes the normalized form of UTF-8 text to `target`: NFC with the given options. Case and compatibility folding
/// together are Unicode's NFKC_Casefold, which also drops characters that are invisible by default.
///
/// Returns the length of the whole result, which was written only when it is at most `capacity`; −1 when it failed.
int64_t cicu_normalize(
    const char *_Nonnull utf8, int64_t length, uint32_t options, char *_Nonnull target, int64_t capacity);
