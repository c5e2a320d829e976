#pragma once

#include <cstdint>
#include <cstdio>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dataplane_sdk.h"

/// The data-plane SDK for C++17 and newer. Everything here is written over the C interface, in this header:
/// what is linked has no C++ in its ABI, so any compiler and any standard library will do. How planes,
/// threads and flows behave is said in dataplane_sdk.h.
namespace kontor::dataplane_sdk {

inline kontor_text text_of(std::string_view text) {
  return {text.data(), text.size()};
}
inline std::string_view view_of(kontor_text text) {
  return text.data ? std::string_view(text.data, text.size) : std::string_view();
}

/// What a call complained about.
class Failure : public std::runtime_error {
 public:
  explicit Failure(kontor_result code)
      : std::runtime_error(std::string(view_of(kontor_last_error()))), code_(code) {}
  kontor_result code() const { return code_; }

 private:
  kontor_result code_;
};
inline void expect(kontor_result result) {
  if (result != KONTOR_OK) throw Failure(result);
}

/// Where data is fetched from or sent to.
struct DataAddress {
  std::string endpoint;
  std::string endpoint_type = {};  ///< empty: the flow's profile
  std::map<std::string, std::string> properties = {};
  bool with_token = false;  ///< the plane adds a bearer token, which Plane::admits knows
};

namespace detail {
inline void write(kontor_answer* answer, const DataAddress& address) {
  expect(kontor_answer_address(answer, text_of(address.endpoint_type), text_of(address.endpoint)));
  for (const auto& [name, value] : address.properties) {
    expect(kontor_answer_property(answer, text_of(name), text_of(value)));
  }
  if (address.with_token) expect(kontor_answer_token(answer));
}
struct FreeAnswer {
  void operator()(kontor_answer* answer) const { kontor_answer_free(answer); }
};
struct FreeCompletion {
  void operator()(kontor_completion* completion) const { kontor_completion_free(completion); }
};
struct FreePlane {
  void operator()(kontor_plane* plane) const { kontor_plane_free(plane); }
};
}  // namespace detail

/// What a handler says to a signal.
class Answer {
 public:
  static Answer done() { return Answer(KONTOR_DONE); }
  static Answer done(DataAddress address) {
    Answer answer(KONTOR_DONE);
    answer.address_ = std::move(address);
    return answer;
  }
  static Answer pending() { return Answer(KONTOR_PENDING); }
  static Answer reject(std::string reason) {
    Answer answer(KONTOR_REJECT);
    answer.reason_ = std::move(reason);
    return answer;
  }

  kontor_outcome write(kontor_answer* to) const {
    if (address_) detail::write(to, *address_);
    if (!reason_.empty()) expect(kontor_answer_reason(to, text_of(reason_)));
    return outcome_;
  }

 private:
  explicit Answer(kontor_outcome outcome) : outcome_(outcome) {}
  kontor_outcome outcome_;
  std::optional<DataAddress> address_;
  std::string reason_;
};

/// Tells what becomes of a flow, from any thread and at any time. Throws Failure when the plane does not run.
/// `prepared` and `started` need the address where it is ours to give (a push's consumer, a pull's provider):
/// without one they throw Failure (KONTOR_INVALID), and the flow goes on waiting.
class Completion {
 public:
  explicit Completion(kontor_completion* completion) : completion_(completion) {
    if (!completion) throw Failure(KONTOR_FAILED);
  }
  void prepared(const std::optional<DataAddress>& address = {}) {
    opened(kontor_completion_prepared, address);
  }
  void started(const std::optional<DataAddress>& address = {}) { opened(kontor_completion_started, address); }
  void completed() { expect(kontor_completion_completed(completion_.get())); }
  void errored(std::string_view reason) {
    expect(kontor_completion_errored(completion_.get(), text_of(reason)));
  }

 private:
  using Opened = kontor_result (*)(kontor_completion*, const kontor_answer*);
  void opened(Opened tell, const std::optional<DataAddress>& address) {
    const std::unique_ptr<kontor_answer, detail::FreeAnswer> answer(address ? kontor_answer_new() : nullptr);
    if (address) detail::write(answer.get(), *address);
    expect(tell(completion_.get(), answer.get()));
  }
  std::unique_ptr<kontor_completion, detail::FreeCompletion> completion_;
};

/// A flow while a handler looks at it. Texts are good until the handler returns.
class Flow {
 public:
  explicit Flow(const kontor_flow* flow) : flow_(flow) {}
  std::string_view id() const { return text(KONTOR_FLOW_ID); }
  std::string_view agreement_id() const { return text(KONTOR_AGREEMENT_ID); }
  std::string_view dataset_id() const { return text(KONTOR_DATASET_ID); }
  std::string_view participant_id() const { return text(KONTOR_PARTICIPANT_ID); }
  std::string_view counter_party_id() const { return text(KONTOR_COUNTER_PARTY_ID); }
  std::string_view dataspace_context() const { return text(KONTOR_DATASPACE_CONTEXT); }
  std::string_view participant_context() const { return text(KONTOR_PARTICIPANT_CONTEXT); }
  std::string_view profile() const { return text(KONTOR_PROFILE); }
  std::string_view state() const { return text(KONTOR_STATE); }
  std::string_view metadata() const { return text(KONTOR_METADATA); }  ///< JSON, as claims and labels
  std::string_view claims() const { return text(KONTOR_CLAIMS); }
  std::string_view labels() const { return text(KONTOR_LABELS); }
  std::string_view reason() const { return text(KONTOR_REASON); }
  /// Of the counter-party's address.
  std::string_view endpoint() const { return text(KONTOR_ENDPOINT); }
  std::string_view endpoint_type() const { return text(KONTOR_ENDPOINT_TYPE); }
  std::string_view property(std::string_view name) const {
    return view_of(kontor_flow_property(flow_, text_of(name)));
  }
  bool is_provider() const { return kontor_flow_is_provider(flow_) != 0; }
  bool is_push() const { return kontor_flow_is_push(flow_) != 0; }
  Completion completion() const { return Completion(kontor_flow_completion(flow_)); }

 private:
  std::string_view text(kontor_field field) const { return view_of(kontor_flow_text(flow_, field)); }
  const kontor_flow* flow_;
};

/// What an author's plane does with data. Every call returns at once and comes on the plane's thread. An
/// exception rejects a signal that can be rejected, with its text; of the others it becomes an error of the
/// flow, which the control plane is told.
class Handler {
 public:
  virtual ~Handler() = default;
  virtual Answer prepare(const Flow&) { return Answer::done(); }
  virtual Answer start(const Flow&) { return Answer::done(); }
  virtual Answer started(const Flow&) { return Answer::done(); }
  virtual Answer resume(const Flow&) { return Answer::done(); }
  virtual void suspend(const Flow&) {}
  virtual void completed(const Flow&) {}
  virtual void terminate(const Flow&) {}
  virtual void recover(const Flow&) {}
};

struct ControlPlane {
  std::string id;
  std::string endpoint;
  std::string token = {};
  std::string token_endpoint = {};
  std::string client_id = {};
  std::string client_secret = {};
};

/// As kontor_config.
struct Configuration {
  std::string id;
  std::string folder;
  std::vector<std::string> profiles;
  std::vector<ControlPlane> control_planes;
  std::string host = {};
  std::uint16_t port = 0;
  std::string url = {};
  std::string master_key_file = {};
  std::string participant_context = {};
  std::string certificate_file = {};
  std::string private_key_file = {};
  std::vector<std::string> labels = {};
  std::vector<std::string> allowed_networks = {};
  std::uint32_t token_lifetime_s = 0;
  std::uint32_t opening_timeout_s = 0;
  bool http_addresses = false;
  bool renewable_addresses = false;
  /// Gets each line of the plane's log: a JSON object and its newline, good for the call. Called from any
  /// thread while the plane runs. May use `url`, `register_at` and `stop` of the plane, and completions;
  /// never `admits`, nor a lock under which that is called elsewhere. A line at which it throws goes to
  /// standard error; empty: all do.
  std::function<void(std::string_view)> log = {};
};

namespace detail {
/// What a plane calls.
struct Author {
  Handler& handler;
  std::function<void(std::string_view)> log;
};
template <Answer (Handler::*ask)(const Flow&)>
kontor_outcome asked(void* user, const kontor_flow* flow, kontor_answer* answer) noexcept {
  try {
    return (static_cast<Author*>(user)->handler.*ask)(Flow(flow)).write(answer);
  } catch (const std::exception& exception) {
    static_cast<void>(kontor_answer_reason(answer, text_of(exception.what())));
    return KONTOR_REJECT;
  } catch (...) {
    return KONTOR_REJECT;
  }
}
inline void broken(const kontor_flow* flow, const char* why) noexcept {
  kontor_completion* completion = kontor_flow_completion(flow);
  static_cast<void>(kontor_completion_errored(completion, text_of(why)));
  kontor_completion_free(completion);
}
template <void (Handler::*tell)(const Flow&)>
void told(void* user, const kontor_flow* flow) noexcept {
  try {
    (static_cast<Author*>(user)->handler.*tell)(Flow(flow));
  } catch (const std::exception& exception) {
    broken(flow, exception.what());
  } catch (...) {
    broken(flow, "a handler threw something");
  }
}
inline void logged(void* user, kontor_text line) noexcept {
  try {
    static_cast<Author*>(user)->log(view_of(line));
  } catch (...) {
    static_cast<void>(std::fwrite(line.data, 1, line.size, stderr));
  }
}
inline std::vector<kontor_text> texts_of(const std::vector<std::string>& strings) {
  std::vector<kontor_text> texts;
  for (const auto& each : strings) texts.push_back(text_of(each));
  return texts;
}
inline kontor_handlers table_of(Author& author) {
  kontor_handlers table{};
  table.size = sizeof table;
  table.user = &author;
  table.prepare = asked<&Handler::prepare>;
  table.start = asked<&Handler::start>;
  table.started = asked<&Handler::started>;
  table.resume = asked<&Handler::resume>;
  table.suspend = told<&Handler::suspend>;
  table.completed = told<&Handler::completed>;
  table.terminate = told<&Handler::terminate>;
  table.recover = told<&Handler::recover>;
  if (author.log) table.log = logged;
  return table;
}
inline kontor_plane* make_plane(const Configuration& from, Author& author) {
  const auto profiles = texts_of(from.profiles);
  const auto labels = texts_of(from.labels);
  const auto networks = texts_of(from.allowed_networks);
  std::vector<kontor_control_plane> planes;
  for (const auto& each : from.control_planes) {
    planes.push_back({sizeof(kontor_control_plane), 0, text_of(each.id), text_of(each.endpoint),
                      text_of(each.token), text_of(each.token_endpoint), text_of(each.client_id),
                      text_of(each.client_secret)});
  }
  kontor_config config{};
  config.size = sizeof config;
  config.port = from.port;
  config.flags = static_cast<std::uint16_t>((from.http_addresses ? KONTOR_HTTP_ADDRESSES : 0u) |
                                            (from.renewable_addresses ? KONTOR_RENEWABLE_ADDRESSES : 0u));
  config.id = text_of(from.id);
  config.host = text_of(from.host);
  config.url = text_of(from.url);
  config.folder = text_of(from.folder);
  config.master_key_file = text_of(from.master_key_file);
  config.participant_context = text_of(from.participant_context);
  config.certificate_file = text_of(from.certificate_file);
  config.private_key_file = text_of(from.private_key_file);
  config.profiles = profiles.data();
  config.profile_count = profiles.size();
  config.labels = labels.data();
  config.label_count = labels.size();
  config.control_planes = planes.data();
  config.control_plane_count = planes.size();
  config.allowed_networks = networks.data();
  config.allowed_network_count = networks.size();
  config.token_lifetime_s = from.token_lifetime_s;
  config.opening_timeout_s = from.opening_timeout_s;
  const auto table = table_of(author);
  return kontor_plane_new(&config, &table);
}
}  // namespace detail

/// Of the library that runs: MAJOR * 10000 + MINOR * 100 + PATCH.
inline std::uint32_t version() {
  return kontor_sdk_version();
}

/// A data plane; `handler` must outlive it. What fails throws Failure.
class Plane {
 public:
  Plane(const Configuration& configuration, Handler& handler)
      : author_(new detail::Author{handler, configuration.log}),
        plane_(detail::make_plane(configuration, *author_)) {
    if (!plane_) throw Failure(KONTOR_INVALID);
  }
  /// Serves on this thread until `stop`, once.
  void run() { expect(kontor_plane_run(plane_.get())); }
  void stop() { expect(kontor_plane_stop(plane_.get())); }
  /// Base of the signalling; empty before the plane serves. At any time, also from a handler or `log`.
  std::string url() const { return std::string(view_of(kontor_plane_url(plane_.get()))); }
  void register_at(std::string_view control_plane, std::string_view url,
                   std::string_view authorization = {}) {
    expect(
        kontor_plane_register_at(plane_.get(), text_of(control_plane), text_of(url), text_of(authorization)));
  }
  /// The id of the flow that a bearer token lets in now; nothing, too, while the plane does not run. Never
  /// from a handler or `log`, nor under a lock that one of them takes.
  std::optional<std::string> admits(std::string_view token) {
    std::string id(1024, '\0');
    const auto result = kontor_plane_admits(plane_.get(), text_of(token), id.data(), id.size());
    if (result == KONTOR_NOT_FOUND || result == KONTOR_UNAVAILABLE) return std::nullopt;
    expect(result);
    id.resize(id.find('\0'));
    return id;
  }

 private:
  std::unique_ptr<detail::Author> author_;  ///< stays where it is when the plane is moved
  std::unique_ptr<kontor_plane, detail::FreePlane> plane_;
};

}  // namespace kontor::dataplane_sdk
