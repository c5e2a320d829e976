#include <cstring>
#include <exception>

#include "dataplane/sdk/configuration.hpp"
#include "dataplane/sdk/host.hpp"

/// The C interface: arguments become values, results become codes, and no exception gets out.

using namespace kontor;
namespace sdk = kontor::dataplane::sdk;
using protocol::dps::DataAddress;

struct kontor_plane {
  sdk::Host host;
};

struct kontor_completion {
  sdk::Reporter reporter;
};

namespace {

std::string& last_error() {
  thread_local std::string text;
  return text;
}

kontor_result complain(kontor_result result, std::string why) {
  last_error() = std::move(why);
  return result;
}

kontor_result result_of(const Error& error) {
  const auto told = [&](kontor_result result) { return complain(result, error.message()); };
  if (error.code == ErrorCode::invalid_input || error.code == ErrorCode::malformed)
    return told(KONTOR_INVALID);
  if (error.code == ErrorCode::unauthenticated || error.code == ErrorCode::not_found)
    return told(KONTOR_NOT_FOUND);
  if (error.code == ErrorCode::conflict || error.code == ErrorCode::illegal_transition)
    return told(KONTOR_CONFLICT);
  if (error.code == ErrorCode::unavailable || error.code == ErrorCode::cancelled)
    return told(KONTOR_UNAVAILABLE);
  return told(KONTOR_FAILED);
}

/// Nothing that is thrown gets to the caller, who may be no C++.
template <class Work>
kontor_result guarded(const Work& work) noexcept {
  try {
    return work();
  } catch (const std::exception& exception) {
    try {
      return complain(KONTOR_FAILED, exception.what());
    } catch (...) {
      return KONTOR_FAILED;
    }
  } catch (...) {
    return KONTOR_FAILED;
  }
}

std::string string_of(kontor_text text) {
  return text.data ? std::string(text.data, text.size) : std::string();
}

kontor_text view(std::string_view text) {
  return {text.data(), text.size()};
}

kontor_result tell(kontor_completion* completion, std::variant<sdk::Given, sdk::Ended, sdk::Broken> what) {
  if (!completion) return complain(KONTOR_INVALID, "no completion was given");
  if (completion->reporter.tell(std::move(what))) return KONTOR_OK;
  return complain(KONTOR_UNAVAILABLE, "the plane does not run");
}

std::string_view missing_address(domain::data_flow::Role role) {
  if (role == domain::data_flow::Role::provider)
    return "started without an address: the provider of a pull says where to fetch, give it with the call";
  return "prepared without an address: the consumer of a push says where to send, give it with the call";
}

kontor_result opened(kontor_completion* completion, domain::data_flow::Role role,
                     const kontor_answer* answer) {
  return guarded([&] {
    if (completion && completion->reporter.role != role) {
      return complain(KONTOR_CONFLICT, "a consumer's flow is prepared, a provider's is started");
    }
    const bool gives_address = answer && answer->address;
    if (completion && completion->reporter.owns_address && !gives_address) {
      return complain(KONTOR_INVALID, std::string(missing_address(role)));
    }
    return tell(completion, answer ? sdk::Given{answer->address, answer->with_token} : sdk::Given{});
  });
}

std::string_view text_of(const kontor_flow& flow, kontor_field field) {
  const auto& terms = flow.order.terms;
  const auto* address = flow.counter_address ? &*flow.counter_address : nullptr;
  switch (field) {
    case KONTOR_FLOW_ID:
      return terms.process_id.str();
    case KONTOR_AGREEMENT_ID:
      return terms.agreement_id.str();
    case KONTOR_DATASET_ID:
      return terms.dataset_id.str();
    case KONTOR_PARTICIPANT_ID:
      return terms.participant_id;
    case KONTOR_COUNTER_PARTY_ID:
      return terms.counter_party_id;
    case KONTOR_DATASPACE_CONTEXT:
      return terms.dataspace_context;
    case KONTOR_PARTICIPANT_CONTEXT:
      return flow.order.context.str();
    case KONTOR_PROFILE:
      return terms.profile;
    case KONTOR_STATE:
      return flow.state;
    case KONTOR_ENDPOINT_TYPE:
      return address ? std::string_view(address->endpoint_type) : std::string_view();
    case KONTOR_ENDPOINT:
      return address && address->endpoint ? std::string_view(*address->endpoint) : std::string_view();
    case KONTOR_METADATA:
      return flow.metadata;
    case KONTOR_CLAIMS:
      return flow.claims;
    case KONTOR_LABELS:
      return flow.labels;
    case KONTOR_REASON:
      return flow.reason;
  }
  return {};
}

}  // namespace

uint32_t kontor_sdk_version(void) {
  return KONTOR_SDK_MAJOR * 10000 + KONTOR_SDK_MINOR * 100 + KONTOR_SDK_PATCH;
}

kontor_text kontor_result_text(kontor_result result) {
  switch (result) {
    case KONTOR_OK:
      return view("it is done");
    case KONTOR_INVALID:
      return view("an argument or the configuration cannot be used");
    case KONTOR_NOT_FOUND:
      return view("there is no such flow, or the token lets nobody in");
    case KONTOR_CONFLICT:
      return view("it is not possible in this state, or from this thread");
    case KONTOR_UNAVAILABLE:
      return view("the plane does not run, or is stopping");
    case KONTOR_FAILED:
      return view("the store, the network or the memory failed");
  }
  return view("there is no such result");
}

kontor_text kontor_last_error(void) {
  return view(last_error());
}

kontor_text kontor_flow_text(const kontor_flow* flow, kontor_field field) {
  return flow ? view(text_of(*flow, field)) : kontor_text{};
}

kontor_text kontor_flow_property(const kontor_flow* flow, kontor_text name) {
  const auto* value = flow && flow->counter_address
                          ? flow->counter_address->property({name.data ? name.data : "", name.size})
                          : nullptr;
  return value ? view(*value) : kontor_text{};
}

int kontor_flow_is_provider(const kontor_flow* flow) {
  return flow && flow->order.role == domain::data_flow::Role::provider ? 1 : 0;
}

int kontor_flow_is_push(const kontor_flow* flow) {
  return flow && flow->order.direction == protocol::dps::Direction::push ? 1 : 0;
}

kontor_completion* kontor_flow_completion(const kontor_flow* flow) {
  kontor_completion* completion = nullptr;
  static_cast<void>(guarded([&] {
    if (!flow) return complain(KONTOR_INVALID, "no flow was given");
    completion = new kontor_completion{flow->reporter};
    return KONTOR_OK;
  }));
  return completion;
}

kontor_answer* kontor_answer_new(void) {
  return new (std::nothrow) kontor_answer;
}

void kontor_answer_free(kontor_answer* answer) {
  delete answer;
}

kontor_result kontor_answer_address(kontor_answer* answer, kontor_text endpoint_type, kontor_text endpoint) {
  return guarded([&] {
    if (!answer) return complain(KONTOR_INVALID, "no answer was given");
    if (!answer->address) answer->address.emplace();
    answer->address->endpoint_type = string_of(endpoint_type);
    answer->address->endpoint = string_of(endpoint);
    return KONTOR_OK;
  });
}

kontor_result kontor_answer_property(kontor_answer* answer, kontor_text name, kontor_text value) {
  return guarded([&] {
    if (!answer || name.size == 0) return complain(KONTOR_INVALID, "an answer and a name are needed");
    if (!answer->address) answer->address.emplace();
    protocol::dps::set_property(*answer->address, {string_of(name), string_of(value)});
    return KONTOR_OK;
  });
}

kontor_result kontor_answer_token(kontor_answer* answer) {
  if (!answer) return complain(KONTOR_INVALID, "no answer was given");
  answer->with_token = true;
  return KONTOR_OK;
}

kontor_result kontor_answer_reason(kontor_answer* answer, kontor_text reason) {
  return guarded([&] {
    if (!answer) return complain(KONTOR_INVALID, "no answer was given");
    answer->reason = string_of(reason);
    return KONTOR_OK;
  });
}

kontor_result kontor_completion_prepared(kontor_completion* completion, const kontor_answer* answer) {
  return opened(completion, domain::data_flow::Role::consumer, answer);
}

kontor_result kontor_completion_started(kontor_completion* completion, const kontor_answer* answer) {
  return opened(completion, domain::data_flow::Role::provider, answer);
}

kontor_result kontor_completion_completed(kontor_completion* completion) {
  return guarded([&] { return tell(completion, sdk::Ended{}); });
}

kontor_result kontor_completion_errored(kontor_completion* completion, kontor_text reason) {
  return guarded([&] { return tell(completion, sdk::Broken{string_of(reason)}); });
}

void kontor_completion_free(kontor_completion* completion) {
  delete completion;
}

kontor_plane* kontor_plane_new(const kontor_config* config, const kontor_handlers* handlers) {
  kontor_plane* plane = nullptr;
  static_cast<void>(guarded([&] {
    auto settings = sdk::settings_in(config);
    if (!settings) return result_of(settings.error());
    auto table = sdk::handlers_in(handlers);
    if (!table) return result_of(table.error());
    plane = new kontor_plane{{std::move(*settings), *table}};
    return KONTOR_OK;
  }));
  return plane;
}

kontor_result kontor_plane_run(kontor_plane* plane) {
  return guarded([&] {
    if (!plane) return complain(KONTOR_INVALID, "no plane was given");
    auto ran = plane->host.run();
    return ran ? KONTOR_OK : result_of(ran.error());
  });
}

kontor_result kontor_plane_stop(kontor_plane* plane) {
  return guarded([&] {
    if (!plane) return complain(KONTOR_INVALID, "no plane was given");
    plane->host.stop();
    return KONTOR_OK;
  });
}

void kontor_plane_free(kontor_plane* plane) {
  delete plane;
}

kontor_text kontor_plane_url(const kontor_plane* plane) {
  return plane ? view(plane->host.url()) : kontor_text{};
}

kontor_result kontor_plane_register_at(kontor_plane* plane, kontor_text control_plane, kontor_text url,
                                       kontor_text authorization) {
  return guarded([&] {
    if (!plane || url.size == 0) return complain(KONTOR_INVALID, "a plane and an address are needed");
    auto taken =
        plane->host.register_at({string_of(control_plane), string_of(url), string_of(authorization)});
    return taken ? KONTOR_OK : result_of(taken.error());
  });
}

kontor_result kontor_plane_admits(kontor_plane* plane, kontor_text token, char* flow_id, size_t capacity) {
  return guarded([&] {
    if (!plane || !flow_id) return complain(KONTOR_INVALID, "a plane and a place for the id are needed");
    auto flow = plane->host.admits(string_of(token));
    if (!flow) return result_of(flow.error());
    if (flow->size() >= capacity) return complain(KONTOR_INVALID, "the id of the flow does not fit");
    std::memcpy(flow_id, flow->c_str(), flow->size() + 1);
    return KONTOR_OK;
  });
}
