#include "tck/dsp/conformance/play.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>

namespace kontor::tck::dsp {
namespace {

/// How a message is called on the wire, and where it goes below its process.
struct Shape {
  std::string_view what;
  std::string_view type;
  std::string_view path;
  std::string_view event = {};
};

constexpr Shape negotiation_shapes[] = {
    {"Request", "ContractRequestMessage", "/request"},
    {"Offer", "ContractOfferMessage", "/offers"},
    {"Agreement", "ContractAgreementMessage", "/agreement"},
    {"Verification", "ContractAgreementVerificationMessage", "/agreement/verification"},
    {"Accepted", "ContractNegotiationEventMessage", "/events", "ACCEPTED"},
    {"Finalized", "ContractNegotiationEventMessage", "/events", "FINALIZED"},
    {"Termination", "ContractNegotiationTerminationMessage", "/termination"},
};
constexpr Shape transfer_shapes[] = {
    {"Start", "TransferStartMessage", "/start"},
    {"Completion", "TransferCompletionMessage", "/completion"},
    {"Suspension", "TransferSuspensionMessage", "/suspension"},
    {"Termination", "TransferTerminationMessage", "/termination"},
};

const Shape& shape_of(bool transfer, std::string_view what) {
  const auto all =
      transfer ? std::span<const Shape>(transfer_shapes) : std::span<const Shape>(negotiation_shapes);
  const auto found = std::ranges::find(all, what, &Shape::what);
  invariant(found != all.end(), "a line of a case names a message");
  return *found;
}

bool taken(unsigned status) {
  return status >= 200 && status < 300;
}

}  // namespace

Play::Play(Stage stage, Case one)
    : stage_(stage), case_(std::move(one)), ours_(Wire::pid_for(case_.key)), base_(stage.connector.base) {}

Task<Result<void>> Play::run() {
  if (case_.kind == Case::Kind::metadata) co_return co_await metadata();
  if (case_.kind == Case::Kind::catalog) co_return co_await catalog();
  const auto lines = lines_of(case_.id);
  if (lines.empty()) co_return wrong("there is no script of this case");
  stage_.wire.open_box(ours_);
  auto opened = case_.as_consumer ? co_await await_request() : co_await open_as_consumer();
  if (!opened) co_return fail(std::move(opened.error()), "the opening request");
  for (const auto& line : lines) {
    auto done = co_await perform(line);
    if (!done) co_return fail(std::move(done.error()), "{}", line.what);
  }
  const auto unread = stage_.wire.unread(ours_);
  if (!unread.empty()) co_return wrong("the connector sent what nobody waits for: " + unread);
  co_return Result<void>{};
}

Task<Result<void>> Play::metadata() {
  auto answer = co_await stage_.wire.get(stage_.connector.root + "/.well-known/dspace-version", false);
  if (!answer) co_return fail(std::move(answer.error()));
  auto document = json::parse(answer->body.text);
  if (!document || !document->is_object()) co_return wrong("the version document is no JSON");
  auto valid = stage_.judge.check(*document, "protocol-version-schema.json");
  if (!valid) co_return fail(std::move(valid.error()));
  for (const auto& version : document->at("protocolVersions").as_array()) {
    const auto& entry = version.as_object();
    if (text_of(entry, "version") == "2025-1" &&
        stage_.connector.base == stage_.connector.root + text_of(entry, "path"))
      co_return Result<void>{};
  }
  co_return wrong("the version document does not lead to the 2025-1 base: " + answer->body.text);
}

Task<Result<void>> Play::catalog() {
  if (case_.id == "CAT:01-01") {
    auto answer = co_await stage_.wire.post(base_ + "/catalog/request", message("CatalogRequestMessage"));
    if (!answer) co_return fail(std::move(answer.error()));
    auto catalog = stage_.judge.read(answer->body.text, "Catalog");
    if (!catalog) co_return fail(std::move(catalog.error()));
    for (const auto& dataset : catalog->at("dataset").as_array()) {
      if (text_of(dataset.as_object(), "@id") == case_.key) co_return Result<void>{};
    }
    co_return wrong("the dataset is not in the catalog");
  }
  const bool known = case_.id == "CAT:01-02";
  auto answer = co_await stage_.wire.get(base_ + "/catalog/datasets/" + case_.key);
  if (!answer) co_return fail(std::move(answer.error()));
  if (answer->status != (known ? 200U : 404U)) co_return wrong(fmt::format("answered {}", answer->status));
  auto read = stage_.judge.read(answer->body.text, known ? "Dataset" : "CatalogError");
  if (!read) co_return fail(std::move(read.error()));
  if (known && text_of(*read, "@id") != case_.key) co_return wrong("another dataset");
  co_return Result<void>{};
}

Task<Result<void>> Play::open_as_consumer() {
  auto request = message(is_transfer() ? "TransferRequestMessage" : "ContractRequestMessage");
  request["consumerPid"] = ours_;
  request["callbackAddress"] = stage_.wire.address();
  request.erase("providerPid");
  if (is_transfer()) {
    request["agreementId"] = case_.key;
    request["format"] = transfer_type;
  } else {
    request["offer"] = policy("Offer");
  }
  auto answer = co_await stage_.wire.post(fmt::format("{}/{}/request", base_, family()), std::move(request));
  if (!answer) co_return fail(std::move(answer.error()));
  if (answer->status != 201)
    co_return wrong(fmt::format("answered {}: {}", answer->status, answer->body.text));
  auto process = stage_.judge.read(answer->body.text, process_type());
  if (!process) co_return fail(std::move(process.error()));
  theirs_ = text_of(*process, "providerPid");
  if (theirs_.empty() || text_of(*process, "state") != "REQUESTED")
    co_return wrong("not REQUESTED under a pid: " + answer->body.text);
  co_return check_pids(*process);
}

Task<Result<void>> Play::await_request() {
  json::Object wish{{"providerId", kit_id}, {"connectorAddress", stage_.wire.address()}};
  if (is_transfer()) {
    wish["agreementId"] = case_.key;
    wish["format"] = transfer_type;
  } else {
    wish["offerId"] = "offer" + case_.key;
    wish["datasetId"] = case_.key;
  }
  auto begun = co_await stage_.wire.post(fmt::format("{}/{}/requests", stage_.connector.webhooks, family()),
                                         std::move(wish));
  if (!begun) co_return fail(std::move(begun.error()));
  if (!taken(begun->status))
    co_return wrong(fmt::format("begun with {}: {}", begun->status, begun->body.text));
  auto letter = co_await stage_.wire.next(ours_);
  if (!letter) co_return fail(std::move(letter.error()));
  auto request =
      stage_.judge.read(letter->body, is_transfer() ? "TransferRequestMessage" : "ContractRequestMessage");
  if (!request) co_return fail(std::move(request.error()));
  theirs_ = text_of(*request, "consumerPid");
  base_ = text_of(*request, "callbackAddress");
  if (theirs_.empty() || base_.empty()) co_return wrong("it names no pid or no callback address");
  co_return Result<void>{};
}

Task<Result<void>> Play::perform(Line line) {
  switch (line.kind) {
    case Line::Kind::send:
    case Line::Kind::send_refused:
      co_return co_await send(std::move(line.what), line.kind == Line::Kind::send_refused);
    case Line::Kind::expect:
      co_return co_await expect(std::move(line.what));
    case Line::Kind::state:
      co_return co_await check_state(std::move(line.what));
  }
  co_return wrong("a line without a meaning");
}

Task<Result<void>> Play::send(std::string what, bool refused) {
  sent_last_ = true;
  const auto& shape = shape_of(is_transfer(), what);
  auto answer = co_await stage_.wire.post(process_url() + std::string(shape.path), body_of(what));
  if (!answer) co_return fail(std::move(answer.error()));
  if (!refused) {
    if (taken(answer->status)) co_return Result<void>{};
    co_return wrong(fmt::format("refused with {}: {}", answer->status, answer->body.text));
  }
  if (answer->status != 400) co_return wrong(fmt::format("answered {} instead of 400", answer->status));
  auto error =
      stage_.judge.read(answer->body.text, is_transfer() ? "TransferError" : "ContractNegotiationError");
  if (!error) co_return fail(std::move(error.error()));
  co_return check_pids(*error);
}

Task<Result<void>> Play::expect(std::string what) {
  sent_last_ = false;
  const auto& shape = shape_of(is_transfer(), what);
  auto letter = co_await stage_.wire.next(ours_);
  if (!letter) co_return fail(std::move(letter.error()));
  const auto path = fmt::format("/{}/{}{}", family(), ours_, shape.path);
  if (letter->path != path) co_return wrong(fmt::format("sent to {} instead of {}", letter->path, path));
  auto read = stage_.judge.read(letter->body, shape.type);
  if (!read) co_return fail(std::move(read.error()));
  if (text_of(*read, "eventType") != shape.event)
    co_return wrong("another event: " + text_of(*read, "eventType"));
  if (what == "Start" && !case_.as_consumer && !read->contains("dataAddress"))
    co_return wrong("a provider's start has to say where the data is");
  co_return check_pids(*read);
}

/// A message that was taken counts at once; one that we took counts when the connector has our answer.
Task<Result<void>> Play::check_state(std::string wanted) {
  const auto give_up = stage_.wire.clock().now() + std::chrono::seconds(sent_last_ ? 0 : 15);
  for (;;) {
    auto answer = co_await stage_.wire.get(process_url());
    if (!answer) co_return fail(std::move(answer.error()));
    if (answer->status != 200) co_return wrong(fmt::format("the state is answered with {}", answer->status));
    auto process = stage_.judge.read(answer->body.text, process_type());
    if (!process) co_return fail(std::move(process.error()));
    auto known = check_pids(*process);
    const bool reached = text_of(*process, "state") == wanted;
    if (known && reached) co_return known;
    if (stage_.wire.clock().now() >= give_up) {
      if (!known) co_return known;
      co_return wrong("it is " + text_of(*process, "state"));
    }
    auto waited =
        co_await stage_.wire.clock().wait_until(stage_.wire.clock().now() + std::chrono::milliseconds(20));
    if (!waited) co_return fail(std::move(waited.error()));
  }
}

json::Object Play::message(std::string_view type) const {
  json::Object out{{"@context", protocol_context()}, {"@type", type}};
  if (theirs_.empty()) return out;
  out["providerPid"] = case_.as_consumer ? ours_ : theirs_;
  out["consumerPid"] = case_.as_consumer ? theirs_ : ours_;
  return out;
}

json::Object Play::policy(std::string_view type) const {
  const auto id =
      case_.as_consumer ? "offer" + case_.key : fmt::format("{}:{}:456", definition_id, case_.key);
  json::Object out{{"@type", type}, {"@id", id}, {"target", case_.key}};
  out["permission"] = json::Array{json::Object{{"action", "use"}}};
  if (case_.as_consumer) out["assigner"] = kit_id;
  return out;
}

json::Object Play::body_of(const std::string& what) const {
  const auto& shape = shape_of(is_transfer(), what);
  auto out = message(shape.type);
  if (!shape.event.empty()) out["eventType"] = shape.event;
  if (what == "Offer" || what == "Request") out["offer"] = policy("Offer");
  if (what == "Agreement") {
    auto agreement = policy("Agreement");
    agreement["@id"] = "agreement-" + case_.key;
    agreement["assignee"] = own_id;
    agreement["timestamp"] = "2026-01-01T00:00:00Z";
    out["agreement"] = std::move(agreement);
  }
  if (what == "Termination" || what == "Suspension") {
    out["code"] = "1";
    out["reason"] = json::Array{json::Object{{"message", "the case says so"}}};
  }
  if (what == "Start" && case_.as_consumer) {
    out["dataAddress"] = json::Object{{"@type", "DataAddress"},
                                      {"endpointType", "https://w3id.org/idsa/v4.1/HTTP"},
                                      {"endpoint", "http://example.com"}};
  }
  return out;
}

std::string Play::process_url() const {
  return fmt::format("{}/{}/{}", base_, family(), theirs_);
}

Result<void> Play::check_pids(const json::Object& document) const {
  const auto& provider = case_.as_consumer ? ours_ : theirs_;
  const auto& consumer = case_.as_consumer ? theirs_ : ours_;
  if (text_of(document, "providerPid") == provider && text_of(document, "consumerPid") == consumer) return {};
  return wrong(fmt::format("the pids are not {} and {}: {}", provider, consumer, json::serialize(document)));
}

}  // namespace kontor::tck::dsp
