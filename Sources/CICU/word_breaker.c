#include "CICU.h"

#include <stdlib.h>
#include <unicode/ubrk.h>
#include <unicode/utext.h>

struct cicu_word_breaker {
    UBreakIterator *iterator;
    UText text;
};

static cicu_word_breaker *adopt(UBreakIterator *iterator) {
    if (iterator == NULL) return NULL;
    cicu_word_breaker *breaker = malloc(sizeof *breaker);
    if (breaker == NULL) {
        ubrk_close(iterator);
        return NULL;
    }
    const UText empty = UTEXT_INITIALIZER;
    breaker->iterator = iterator;
    breaker->text = empty;
    return breaker;
}

cicu_word_breaker *cicu_word_breaker_open(void) {
    UErrorCode status = U_ZERO_ERROR;
    UBreakIterator *iterator = ubrk_open(UBRK_WORD, "", NULL, 0, &status);
    if (U_FAILURE(status)) {
        if (iterator != NULL) ubrk_close(iterator);
        return NULL;
    }
    return adopt(iterator);
}

cicu_word_breaker *cicu_word_breaker_clone(const cicu_word_breaker *breaker) {
    UErrorCode status = U_ZERO_ERROR;
    UBreakIterator *iterator = ubrk_clone(breaker->iterator, &status);
    return U_FAILURE(status) ? NULL : adopt(iterator);
}

void cicu_word_breaker_close(cicu_word_breaker *breaker) {
    if (breaker == NULL) return;
    ubrk_close(breaker->iterator);
    utext_close(&breaker->text);
    free(breaker);
}

bool cicu_word_breaker_set_text(cicu_word_breaker *breaker, const char *utf8, int64_t length) {
    if (length < 0 || length > INT32_MAX) return false;
    UErrorCode status = U_ZERO_ERROR;
    utext_openUTF8(&breaker->text, utf8, length, &status);
    ubrk_setUText(breaker->iterator, &breaker->text, &status);
    return U_SUCCESS(status) && ubrk_first(breaker->iterator) != UBRK_DONE;
}

int32_t cicu_word_breaker_next(cicu_word_breaker *breaker, int32_t *ends, bool *word_like, int32_t capacity) {
    int32_t count = 0;
    while (count < capacity) {
        const int32_t end = ubrk_next(breaker->iterator);
        if (end == UBRK_DONE) break;
        ends[count] = end;
        word_like[count] = ubrk_getRuleStatus(breaker->iterator) >= UBRK_WORD_NONE_LIMIT;
        count++;
    }
    return count;
}
