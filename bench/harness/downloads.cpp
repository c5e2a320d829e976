#include "harness/downloads.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

namespace kontor::bench {

using installation::verify;

namespace {

constexpr std::size_t at_once = 1024 * 1024;
constexpr auto patience = std::chrono::seconds(120);

/// What the reading thread knows of an answer.
struct Answer {
  int socket = -1;
  std::string head = {};
  bool has_head = false;
  std::uint64_t announced = 0;
  std::uint64_t bytes = 0;  ///< of the body
  bool ended = false;
};

/// What it has told.
struct Told {
  bool begun = false;
  std::string wrong = {};
  std::optional<Downloads::End> end = {};
};

int connected(int port, bool slow) {
  const int made = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  // The smallest that the kernel gives: what a slow reader has not taken stands at the other side.
  const int small = 4096;
  if (slow) setsockopt(made, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  verify(made >= 0 && connect(made, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0,
         fmt::format("cannot connect to port {}", port));
  return made;
}

void ask(int socket, const Access& access) {
  const auto request = fmt::format(
      "GET {} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {}\r\nConnection: close\r\n\r\n",
      access.path, access.token);
  verify(send(socket, request.data(), request.size(), MSG_NOSIGNAL) == std::ssize(request), "cannot ask");
}

std::uint64_t length_in(const std::string& head) {
  const std::string name = "\r\nContent-Length: ";
  const auto at = head.find(name);
  std::uint64_t length = 0;
  if (at != std::string::npos) {
    const auto* first = head.data() + at + name.size();
    std::from_chars(first, head.data() + head.size(), length);
  }
  return length;
}

/// Takes what has come of a head. False: it is the end of the connection.
bool take_head(Answer& answer) {
  std::array<char, 4096> buffer;
  const auto size = recv(answer.socket, buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (size <= 0) return size < 0 && errno == EAGAIN;
  answer.head.append(buffer.data(), static_cast<std::size_t>(size));
  const auto end = answer.head.find("\r\n\r\n");
  if (end == std::string::npos) return true;
  answer.has_head = true;
  answer.bytes = answer.head.size() - end - 4;
  answer.head.resize(end + 2);
  answer.announced = length_in(answer.head);
  return true;
}

/// Takes what has come, at most so much.
bool take(Answer& answer, std::size_t bytes_max) {
  if (!answer.has_head) return take_head(answer);
  const auto size = recv(answer.socket, nullptr, bytes_max, MSG_TRUNC | MSG_DONTWAIT);
  if (size <= 0) return size < 0 && errno == EAGAIN;
  answer.bytes += static_cast<std::uint64_t>(size);
  return true;
}

}  // namespace

struct Downloads::State {
  std::vector<Answer> answers;
  Pace pace;
  std::vector<Told> told = std::vector<Told>(answers.size());
  std::atomic<bool> over = false;
  std::atomic<std::uint64_t> bytes = 0;
  std::mutex mutex = {};
  std::condition_variable changed = {};
  std::thread thread = {};

  void take_from(std::size_t number) {
    auto& answer = answers[number];
    const auto before = answer.bytes;
    const bool more = take(answer, pace.bytes > 0 ? pace.bytes : at_once);
    bytes += answer.bytes - before;
    const bool whole = answer.has_head && answer.bytes >= answer.announced;
    answer.ended = !more || whole;
    const bool begins = before == 0 && answer.bytes > 0;
    if (!answer.ended && !begins) return;
    const std::scoped_lock lock(mutex);
    auto& tells = told[number];
    tells.begun = answer.bytes > 0;
    if (!answer.head.starts_with("HTTP/1.1 200 ")) tells.wrong = "answered: " + answer.head;
    if (answer.ended) {
      tells.end = End{answer.bytes, whole, Steady::now()};
      close(answer.socket);
    }
    changed.notify_all();
  }

  void run() {
    std::vector<pollfd> watched(answers.size());
    for (std::size_t i = 0; i < answers.size(); ++i) watched[i] = {answers[i].socket, POLLIN, 0};
    while (!over) {
      constexpr int look_again_ms = 100;
      if (pace.interval.count() > 0) {
        std::this_thread::sleep_for(pace.interval);
      } else {
        poll(watched.data(), watched.size(), look_again_ms);
      }
      for (std::size_t i = 0; i < answers.size() && !over; ++i) {
        if (answers[i].ended || (pace.interval.count() == 0 && watched[i].revents == 0)) continue;
        take_from(i);
        if (answers[i].ended) watched[i].fd = -1;
      }
    }
  }

  template <class Condition>
  void await(const char* what, Condition condition) {
    std::unique_lock lock(mutex);
    verify(changed.wait_for(lock, patience, condition), what);
  }
};

Downloads::Downloads(int port, std::vector<Access> what, Pace pace)
    : state_(new State{.answers = std::vector<Answer>(what.size()), .pace = pace}) {
  for (std::size_t i = 0; i < what.size(); ++i) {
    state_->answers[i].socket = connected(port, pace.interval.count() > 0);
    ask(state_->answers[i].socket, what[i]);
  }
  state_->thread = std::thread([state = state_.get()] { state->run(); });
}

Downloads::~Downloads() {
  state_->over = true;
  state_->thread.join();
  for (const auto& each : state_->answers) {
    if (!each.ended) close(each.socket);
  }
}

void Downloads::await_bodies() {
  state_->await("no answer has come", [this] {
    for (const auto& each : state_->told) {
      verify(each.wrong.empty(), each.wrong);
      verify(!each.end || each.end->whole, "an answer broke off");
    }
    return std::ranges::all_of(state_->told, &Told::begun);
  });
}

Downloads::End Downloads::await_end(std::size_t number) {
  const auto& told = state_->told[number];
  state_->await("an answer does not end", [&] { return told.end.has_value(); });
  verify(told.wrong.empty(), told.wrong);
  return *told.end;
}

std::uint64_t Downloads::bytes() const {
  return state_->bytes;
}

}  // namespace kontor::bench
