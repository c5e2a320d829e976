/* The data-plane SDK of Kontor: what a program needs to be a data plane in Data Plane Signaling 1.0.
 *
 * A plane listens for control planes' signals, keeps the states of flows on disk, answers repeated signals as
 * before, makes and checks access tokens, and calls control planes back, for some minutes, until they have
 * heard. Its author says what happens to the data, in a table of handlers.
 *
 * Threads: kontor_plane_run turns the calling thread into the plane's thread. Handlers are called on it, one
 * at a time, and return at once: what takes time is answered KONTOR_PENDING, done on a thread of the author's
 * and told by a completion. Every other function may be called from any thread unless it says otherwise.
 *
 * Texts are UTF-8 with a size and no zero at the end. A view that a handler gets is good until it returns.
 * No function throws, and no handler may let an exception out.
 *
 * The ABI is stable as long as KONTOR_SDK_MAJOR is: structures but kontor_text begin with their size and grow
 * at their end, where zero means "as before"; numbers keep their meaning; nothing is taken away. A library
 * serves programs that were built for an older one. One that is asked for what it does not know yet, by a
 * program that was built for a newer one, answers KONTOR_INVALID. */
#ifndef KONTOR_DATAPLANE_SDK_H
#define KONTOR_DATAPLANE_SDK_H

#include <stddef.h>
#include <stdint.h>

#define KONTOR_API __attribute__((visibility("default")))

/* Of this header. */
#define KONTOR_SDK_MAJOR 1
#define KONTOR_SDK_MINOR 0
#define KONTOR_SDK_PATCH 0

#ifdef __cplusplus
extern "C" {
#endif

typedef struct kontor_text {
  const char* data;
  size_t size;
} kontor_text;

typedef enum kontor_result {
  KONTOR_OK = 0,
  KONTOR_INVALID = 1,     /* an argument or the configuration: kontor_last_error says which */
  KONTOR_NOT_FOUND = 2,   /* no such flow, or a token that lets nobody in */
  KONTOR_CONFLICT = 3,    /* not possible in this state, or from this thread */
  KONTOR_UNAVAILABLE = 4, /* the plane does not run, or is stopping */
  KONTOR_FAILED = 5       /* the store, the network: kontor_last_error says more */
} kontor_result;

/* Of the library that is there when the program runs: MAJOR * 10000 + MINOR * 100 + PATCH. */
KONTOR_API uint32_t kontor_sdk_version(void);
/* What a result means in general, in English; good for ever. */
KONTOR_API kontor_text kontor_result_text(kontor_result result);

typedef struct kontor_plane kontor_plane;
typedef struct kontor_flow kontor_flow;             /* a flow as it is while a handler is called */
typedef struct kontor_answer kontor_answer;         /* what a handler says beside its outcome */
typedef struct kontor_completion kontor_completion; /* a flow, to be told about later */

/* What the last call on this thread that did not return KONTOR_OK, or returned NULL, complained about. */
KONTOR_API kontor_text kontor_last_error(void);

/* ---- a flow: https://w3id.org/dspace-sig, DataFlowBaseMessage */

typedef enum kontor_field {
  KONTOR_FLOW_ID = 0, /* the control plane's transfer process */
  KONTOR_AGREEMENT_ID = 1,
  KONTOR_DATASET_ID = 2,
  KONTOR_PARTICIPANT_ID = 3,   /* of our side */
  KONTOR_COUNTER_PARTY_ID = 4, /* of the other side */
  KONTOR_DATASPACE_CONTEXT = 5,
  KONTOR_PARTICIPANT_CONTEXT = 6,
  KONTOR_PROFILE = 7,       /* the transfer profile */
  KONTOR_STATE = 8,         /* "STARTED"; empty in prepare and start */
  KONTOR_ENDPOINT_TYPE = 9, /* of the counter-party's address: where to push to, where to pull from */
  KONTOR_ENDPOINT = 10,
  KONTOR_METADATA = 11, /* a JSON object */
  KONTOR_CLAIMS = 12,   /* a JSON object: what the control plane has verified of the counter-party */
  KONTOR_LABELS = 13,   /* a JSON array */
  KONTOR_REASON = 14    /* in suspend and terminate, where the control plane gave one */
} kontor_field;

/* Empty where there is none. */
KONTOR_API kontor_text kontor_flow_text(const kontor_flow* flow, kontor_field field);
/* A property of the counter-party's address, such as "authorization". */
KONTOR_API kontor_text kontor_flow_property(const kontor_flow* flow, kontor_text name);
KONTOR_API int kontor_flow_is_provider(const kontor_flow* flow); /* else the consumer's side */
KONTOR_API int kontor_flow_is_push(const kontor_flow* flow);     /* else a pull */
/* To be told about later, also when the handler has returned. Freed by the author; NULL when memory is out.
 */
KONTOR_API kontor_completion* kontor_flow_completion(const kontor_flow* flow);

/* ---- an answer: the address that the counter-party gets, or a reason */

/* For completions; a handler is given its own. */
KONTOR_API kontor_answer* kontor_answer_new(void);
KONTOR_API void kontor_answer_free(kontor_answer* answer);
/* The address of a pull's provider or of a push's consumer. An empty type means the flow's profile. */
KONTOR_API kontor_result kontor_answer_address(kontor_answer* answer, kontor_text endpoint_type,
                                               kontor_text endpoint);
KONTOR_API kontor_result kontor_answer_property(kontor_answer* answer, kontor_text name, kontor_text value);
/* The plane adds a bearer token of its own ("authorization"), which kontor_plane_admits knows. */
KONTOR_API kontor_result kontor_answer_token(kontor_answer* answer);
/* Why a signal is rejected: the control plane reads it. */
KONTOR_API kontor_result kontor_answer_reason(kontor_answer* answer, kontor_text reason);

/* ---- handlers */

typedef enum kontor_outcome {
  KONTOR_DONE = 0,
  KONTOR_PENDING = 1, /* of prepare and start alone: a completion says when it is done */
  KONTOR_REJECT = 2   /* with kontor_answer_reason */
} kontor_outcome;

/* A table of functions; what is NULL is done. Each signal is told once; after a crash, what was not yet on
 * disk comes again under the same flow id. */
typedef struct kontor_handlers {
  uint32_t size; /* sizeof(kontor_handlers) */
  void* user;    /* given back with each call */
  /* The consumer's side gets ready. A push's consumer says where to send. */
  kontor_outcome (*prepare)(void* user, const kontor_flow* flow, kontor_answer* answer);
  /* The provider's side begins. A pull's provider says where to fetch; a push's finds there where to send. */
  kontor_outcome (*start)(void* user, const kontor_flow* flow, kontor_answer* answer);
  /* To the consumer's side: the provider has begun. A rejection is told as an error of the flow. */
  kontor_outcome (*started)(void* user, const kontor_flow* flow, kontor_answer* answer);
  /* As prepare or start, for a flow that was suspended. Whose address it is gives a new
   * one, or nothing for the one of before, under a new token. */
  kontor_outcome (*resume)(void* user, const kontor_flow* flow, kontor_answer* answer);
  /* No data may move any more when these return. Tokens of the flow are dead already. */
  void (*suspend)(void* user, const kontor_flow* flow);
  void (*completed)(void* user, const kontor_flow* flow);
  void (*terminate)(void* user, const kontor_flow* flow);
  /* Before the plane answers anybody: a flow of an earlier run that has not ended, in its state. */
  void (*recover)(void* user, const kontor_flow* flow);
  /* A line of the plane's log: a JSON object and its newline. Any thread, with no lock of the plane's held:
   * kontor_plane_url, kontor_plane_register_at, kontor_plane_stop and completions may be used here.
   * kontor_plane_admits may not, nor a lock be taken under which it is called elsewhere; and the plane is not
   * freed here. NULL: to standard error. */
  void (*log)(void* user, kontor_text line);
} kontor_handlers;

/* ---- completions: the flow's later life. What is told is kept before the control plane hears of it. */

/* KONTOR_PENDING is over. `answer` holds the address, where it is ours to give (a push's consumer, a pull's
 * provider): without one KONTOR_INVALID, and the flow goes on waiting. Else NULL. */
KONTOR_API kontor_result kontor_completion_prepared(kontor_completion* completion,
                                                    const kontor_answer* answer);
KONTOR_API kontor_result kontor_completion_started(kontor_completion* completion,
                                                   const kontor_answer* answer);
/* All data has moved. What is told while the handler's answer is not yet on disk waits for it. */
KONTOR_API kontor_result kontor_completion_completed(kontor_completion* completion);
/* Something that the plane cannot mend. The flow stays as it is; its control plane decides. */
KONTOR_API kontor_result kontor_completion_errored(kontor_completion* completion, kontor_text reason);
KONTOR_API void kontor_completion_free(kontor_completion* completion);

/* ---- the plane */

typedef struct kontor_control_plane {
  uint32_t size;        /* sizeof(kontor_control_plane), the same in each of an array */
  uint32_t reserved;    /* zero */
  kontor_text id;       /* the author's name for it, one of a kind: whose flow is it? */
  kontor_text endpoint; /* base of its callbacks, `/transfers/...` follows; empty: it is told nothing */
  kontor_text token;    /* what it sends, `Authorization: Bearer TOKEN`, or a token that it gets for this one;
                           empty: whoever sends no header */
  kontor_text token_endpoint; /* OAuth 2 client credentials for callbacks; empty: they go without a token */
  kontor_text client_id;
  kontor_text client_secret;
} kontor_control_plane;

typedef struct kontor_config {
  uint32_t size;      /* sizeof(kontor_config) */
  uint16_t port;      /* 0: any free one, see kontor_plane_url */
  uint16_t flags;     /* KONTOR_HTTP_ADDRESSES ... */
  kontor_text id;     /* of the data plane */
  kontor_text host;   /* empty: 127.0.0.1 */
  kontor_text url;    /* how others reach it, without a slash at the end; empty: http://HOST:PORT */
  kontor_text folder; /* of flows and secrets: made when it is not there, readable by its owner alone */
  kontor_text
      master_key_file; /* encrypts the folder's secrets; empty: FOLDER/master.key; made when missing */
  kontor_text participant_context; /* whose flows these are; empty: "default" */
  kontor_text certificate_file;    /* PEM; empty: plain HTTP */
  kontor_text private_key_file;
  const kontor_text* profiles; /* transfer profiles, each ending in -push or -pull; at least one */
  size_t profile_count;
  const kontor_text* labels;
  size_t label_count;
  const kontor_control_plane* control_planes;
  size_t control_plane_count;
  const kontor_text* allowed_networks; /* private ones that callbacks may reach: "127.0.0.0/8" */
  size_t allowed_network_count;
  uint32_t token_lifetime_s;  /* 0: as long as the flow; else tokens of pulls have to be renewed */
  uint32_t opening_timeout_s; /* how long KONTOR_PENDING may last; 0: 300 */
} kontor_config;

/* Flags: addresses of the HTTP profile may be reached by plain http; they must be renewable. */
#define KONTOR_HTTP_ADDRESSES 1u
#define KONTOR_RENEWABLE_ADDRESSES 2u

/* A plane that does not run yet. Everything given is copied. NULL: kontor_last_error. */
KONTOR_API kontor_plane* kontor_plane_new(const kontor_config* config, const kontor_handlers* handlers);
/* Serves until kontor_plane_stop; once. Fails at once when it cannot begin. */
KONTOR_API kontor_result kontor_plane_run(kontor_plane* plane);
/* From any thread and at any time, also from a handler of the table; not from a handler of signals. */
KONTOR_API kontor_result kontor_plane_stop(kontor_plane* plane);
/* Only when kontor_plane_run has returned or was never called. */
KONTOR_API void kontor_plane_free(kontor_plane* plane);

/* Base of the plane's signalling, `http://HOST:PORT/api/v1/CONTEXT`; empty before the plane serves. May be
 * asked at any time, also from handlers and `log`. Good until the plane is freed. */
KONTOR_API kontor_text kontor_plane_url(const kontor_plane* plane);
/* Registers the plane at a control plane of the configuration, which is named by its id: `PUT URL/dataplanes`.
 * Sent once the plane runs, and again, with pauses, until it was taken. `authorization` is the header's value;
 * empty: none. Where the control plane has a token, both sides prove themselves from then on, by the profile
 * oauth2_client_credentials: the plane signs its callbacks by a key that it registers, and gives the control
 * plane tokens for its id and that token at http://HOST:PORT/token. */
KONTOR_API kontor_result kontor_plane_register_at(kontor_plane* plane, kontor_text control_plane,
                                                  kontor_text url, kontor_text authorization);
/* Whether a bearer token lets its holder in now. KONTOR_OK: the flow's id stands in `flow_id`, with a zero at
 * its end. KONTOR_NOT_FOUND: it does not. Waits for the plane's thread: KONTOR_CONFLICT on that thread itself;
 * never from a handler or `log`, nor under a lock that one of them takes. */
KONTOR_API kontor_result kontor_plane_admits(kontor_plane* plane, kontor_text token, char* flow_id,
                                             size_t capacity);

#ifdef __cplusplus
}
#endif

#endif
