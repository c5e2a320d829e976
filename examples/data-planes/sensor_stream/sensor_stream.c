/* A data plane that streams the readings of a sensor, in C.
 *
 *   sensor-stream PORT DATA_PORT STATE_FOLDER CALLBACKS TOKEN
 *
 * A flow of the profile Sensor-PULL is answered with an address and a token. Who connects to the address and
 * sends the token and a line's end gets a reading each tenth of a second, until the flow is suspended or
 * ends. */
#include <arpa/inet.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "kontor/dataplane_sdk.h"

static kontor_plane* plane;
static char address[64];

static kontor_text text(const char* of) {
  kontor_text view = {of, strlen(of)};
  return view;
}

static kontor_outcome open_stream(void* user, const kontor_flow* flow, kontor_answer* answer) {
  (void)user, (void)flow;
  if (kontor_answer_address(answer, text("sensor"), text(address)) != KONTOR_OK) return KONTOR_REJECT;
  if (kontor_answer_property(answer, text("unit"), text("celsius")) != KONTOR_OK) return KONTOR_REJECT;
  return kontor_answer_token(answer) == KONTOR_OK ? KONTOR_DONE : KONTOR_REJECT;
}

/* The plane is asked before each reading: a stream ends with its flow. */
static void* stream(void* client) {
  const int to = (int)(long)client;
  const struct timespec pause = {0, 100 * 1000 * 1000};
  char token[1024] = "", flow[256], line[64];
  if (recv(to, token, sizeof token - 1, 0) <= 0) token[0] = 0;
  const kontor_text shown = {token, strcspn(token, "\r\n")};
  for (int reading = 0; kontor_plane_admits(plane, shown, flow, sizeof flow) == KONTOR_OK; ++reading) {
    const int size = snprintf(line, sizeof line, "%d %.2f\n", reading, 20 + 5 * sin(reading / 10.0));
    if (send(to, line, (size_t)size, MSG_NOSIGNAL) != size) break;
    nanosleep(&pause, NULL);
  }
  close(to);
  return NULL;
}

static void* accept_all(void* listener) {
  int client;
  while ((client = accept((int)(long)listener, NULL, NULL)) >= 0) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, stream, (void*)(long)client) == 0) pthread_detach(thread);
  }
  return NULL;
}

/* The port stays the same: flows that outlive this process have its address. */
static int listen_at(const char* port) {
  struct sockaddr_in at = {0};
  const int listener = socket(AF_INET, SOCK_STREAM, 0), again = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &again, sizeof again);
  at.sin_family = AF_INET;
  at.sin_port = htons((uint16_t)atoi(port));
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(listener, (struct sockaddr*)&at, sizeof at) != 0 || listen(listener, 16) != 0)
    fputs("DATA_PORT is taken\n", stderr), exit(1);
  snprintf(address, sizeof address, "tcp://127.0.0.1:%d", ntohs(at.sin_port));
  return listener;
}

int main(int count, char** arguments) {
  if (count != 6) return fputs("sensor-stream PORT DATA_PORT STATE_FOLDER CALLBACKS TOKEN\n", stderr), 2;
  const kontor_text profiles[] = {text("Sensor-PULL")}, loopback[] = {text("127.0.0.0/8")};
  kontor_control_plane ours = {.size = sizeof ours};
  ours.id = text("our-control-plane"), ours.endpoint = text(arguments[4]), ours.token = text(arguments[5]);
  kontor_config config = {.size = sizeof config, .port = (uint16_t)atoi(arguments[1])};
  config.id = text("sensor-stream"), config.folder = text(arguments[3]);
  config.profiles = profiles, config.profile_count = 1;
  config.control_planes = &ours, config.control_plane_count = 1;
  config.allowed_networks = loopback, config.allowed_network_count = 1;
  const kontor_handlers handlers = {.size = sizeof handlers, .start = open_stream, .resume = open_stream};
  pthread_t thread;
  const int listener = listen_at(arguments[2]);
  plane = kontor_plane_new(&config, &handlers);
  if (!plane || pthread_create(&thread, NULL, accept_all, (void*)(long)listener) != 0 ||
      kontor_plane_run(plane) != KONTOR_OK)
    return fprintf(stderr, "%.*s\n", (int)kontor_last_error().size, kontor_last_error().data), 1;
  return 0;
}
