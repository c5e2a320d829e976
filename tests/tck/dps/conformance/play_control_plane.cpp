#include <fmt/format.h>

#include "base/random/random.hpp"
#include "base/text/encoding.hpp"
#include "tck/dps/conformance/play.hpp"
#include "tck/dps/system/identity.hpp"

namespace kontor::tck::dps {
namespace {

constexpr std::string_view protocol_context = "https://w3id.org/dspace/2025/1/context.jsonld";

class ControlPlanePlay {
 public:
  ControlPlanePlay(Stage stage, Case one) : stage_(stage), case_(std::move(one)) {}

  Task<Result<void>> run() {
    const auto steps = steps_of(case_.id);
    // Whether an order is answered later is known before it comes.
    if (steps.front().ends_with('~')) stage_.wire.answer_later(case_.agreement);
    auto begun = case_.is_of_consumer() ? co_await trigger() : co_await request();
    if (!begun) co_return fail(std::move(begun.error()));
    for (const auto& step : steps) {
      auto done = co_await perform(step);
      if (!done) co_return fail(std::move(done.error()), "{} {}", case_.id, step);
    }
    co_return Result<void>{};
  }

 private:
  Task<Result<void>> trigger() {
    auto answer = co_await stage_.wire.post(stage_.planes.trigger + "/dataflows/trigger",
                                            {{"agreementId", case_.agreement},
                                             {"datasetId", std::string(dataset)},
                                             {"dataPlaneUrl", stage_.wire.address()},
                                             {"dspUrl", stage_.wire.address()},
                                             {"async", case_.id == "CP_C:03-01"}});
    if (!answer) co_return fail(std::move(answer.error()));
    auto triggered = stage_.judge.read(answer->body, "");
    if (!triggered) co_return fail(std::move(triggered.error()));
    process_ = text_of(*triggered, "id");
    counterpart_ = process_;
    if (process_.empty()) co_return wrong("no process was begun: " + answer->body);
    co_return Result<void>{};
  }

  Task<Result<void>> request() {
    counterpart_ = new_uuid(stage_.wire.random());
    auto answer = co_await stage_.wire.post(stage_.planes.protocol + "/transfers/request",
                                            {{"@context", protocol_context},
                                             {"@type", "TransferRequestMessage"},
                                             {"consumerPid", counterpart_},
                                             {"callbackAddress", stage_.wire.address()},
                                             {"agreementId", case_.agreement},
                                             {"format", std::string(transfer_type)}},
                                            our_header());
    if (!answer) co_return fail(std::move(answer.error()));
    auto requested = stage_.judge.read(answer->body, "");
    if (!requested) co_return fail(std::move(requested.error()));
    process_ = text_of(*requested, "providerPid");
    if (process_.empty()) co_return wrong("the request was not taken: " + answer->body);
    co_return Result<void>{};
  }

  Task<Result<void>> perform(std::string step) {
    const char sign = step.front();
    step.erase(0, 1);
    if (step.ends_with('~')) step.pop_back();
    if (sign == '=') co_return co_await await_state(std::move(step));
    const bool is_of_protocol = std::isupper(static_cast<unsigned char>(step.front())) != 0;
    if (sign == '<') {
      const bool to_counterpart = is_of_protocol || step == "request";
      auto expected = co_await expect(to_counterpart ? counterpart_ : process_, std::move(step));
      co_return expected;
    }
    if (is_of_protocol) co_return co_await send_message(std::move(step));
    co_return co_await send_callback(std::move(step));
  }

  Task<Result<void>> expect(std::string process, std::string what) {
    auto letter = co_await stage_.wire.next(std::move(process));
    if (!letter) co_return fail(std::move(letter.error()));
    if (letter->what != what) co_return wrong("this came: " + letter->what);
    auto message = stage_.judge.read(letter->body, message_of(what));
    if (!message) co_return fail(std::move(message.error()));
    co_return Result<void>{};
  }

  /// As the kit writes them: our process in one place, and a random id in the other.
  Task<Result<void>> send_message(std::string name) {
    std::string type = name;
    for (std::size_t i = 1; i < type.size(); ++i) type[i] = static_cast<char>(std::tolower(type[i]));
    std::string path = type;
    path[0] = static_cast<char>(std::tolower(path[0]));
    auto answer = co_await stage_.wire.post(process_url() + "/" + path,
                                            {{"@context", protocol_context},
                                             {"@type", "Transfer" + type + "Message"},
                                             {"providerPid", process_},
                                             {"consumerPid", new_uuid(stage_.wire.random())}},
                                            our_header());
    if (!answer) co_return fail(std::move(answer.error()));
    if (!answer->taken()) co_return wrong(fmt::format("was answered {}: {}", answer->status, answer->body));
    co_return Result<void>{};
  }

  Task<Result<void>> send_callback(std::string name) {
    const auto url = fmt::format("{}/transfers/{}/dataflow/{}", stage_.planes.control_plane,
                                 text::percent_encode(process_), name);
    auto answer = co_await stage_.wire.post(url, {{"dataFlowId", new_uuid(stage_.wire.random())},
                                                  {"state", name == "prepared" ? "PREPARED" : "STARTED"}});
    if (!answer) co_return fail(std::move(answer.error()));
    if (!answer->taken()) co_return wrong(fmt::format("was answered {}: {}", answer->status, answer->body));
    co_return Result<void>{};
  }

  Task<Result<void>> await_state(std::string wanted) {
    std::string last;
    for (int attempt = 0; attempt < 100; ++attempt) {
      auto answer = co_await stage_.wire.get(process_url(), our_header());
      if (!answer) co_return fail(std::move(answer.error()));
      auto process = stage_.judge.read(answer->body, "");
      if (!process) co_return fail(std::move(process.error()));
      last = text_of(*process, "state");
      if (last == wanted) co_return Result<void>{};
      const auto pause = std::chrono::milliseconds(50);
      [[maybe_unused]] const auto waited =
          co_await stage_.wire.clock().wait_until(stage_.wire.clock().now() + pause);
    }
    co_return wrong("the state stays " + last);
  }

  std::string process_url() const {
    return stage_.planes.protocol + "/transfers/" + text::percent_encode(process_);
  }
  std::string our_header() const {
    return header_of(case_.is_of_consumer() ? kit_as_provider : kit_as_consumer);
  }

  Stage stage_;
  Case case_;
  std::string process_;      ///< of the planes under test
  std::string counterpart_;  ///< under which it sends us messages of the protocol
};

}  // namespace

Task<Result<void>> play_control_plane(Stage stage, Case one) {
  ControlPlanePlay play(stage, std::move(one));
  co_return co_await play.run();
}

}  // namespace kontor::tck::dps
