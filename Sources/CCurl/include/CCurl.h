// libcurl, opened at run time: programs that fetch nothing do not wait for it and the thirty libraries behind it.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// Why the library cannot be used; empty when it can. Safe from any thread; the library is opened by the first call.
const char *kindred_curl_problem(void);

// Keeps connections open between requests. For one thread at a time.
typedef struct kindred_curl kindred_curl;
kindred_curl *kindred_curl_make(void);
void kindred_curl_free(kindred_curl *curl);

typedef struct {
    const char *url;
    // Lines "Name: value", `header_count` of them.
    const char *const *headers;
    size_t header_count;
    // A connection that is not there after so many seconds, or brings nothing for so long, has failed.
    long timeout_seconds;
    // A file of certificates to trust in place of the system's; NULL for those.
    const char *certificates;
    // Given to the functions. What they return is 0 to go on; else the request ends.
    void *context;
    // A line of the answer's head, the status line included, with its line end.
    int (*header)(void *context, const char *line, size_t count);
    // A piece of the answer's body.
    int (*body)(void *context, const uint8_t *bytes, size_t count);
    // Called about once a second or more, also while nothing arrives.
    int (*tick)(void *context);
} kindred_curl_request;

enum {
    KINDRED_CURL_DONE = 0,
    // One of the functions ended the request.
    KINDRED_CURL_STOPPED = 1,
    // The connection failed, or broke; another try may do.
    KINDRED_CURL_BROKEN = 2,
    // Another try will not do: a malformed address, a certificate that is not trusted.
    KINDRED_CURL_REFUSED = 3,
};

// Asks for a document by GET. Redirects are not followed. Returns one of the above; `status` is that of HTTP, or 0.
int kindred_curl_get(kindred_curl *curl, const kindred_curl_request *request, long *status);
// What the last answer redirects to, as a whole address; NULL for none. Valid until the next request.
const char *kindred_curl_redirect(kindred_curl *curl);
// What went wrong in the last request.
const char *kindred_curl_message(const kindred_curl *curl);

// The origin of an address as "scheme://host:port", in lower case with the port always there. Returns whether the
// address is one of http or https whose origin fits.
int kindred_curl_origin(const char *url, char *origin, size_t capacity);

#ifdef __cplusplus
}
#endif
