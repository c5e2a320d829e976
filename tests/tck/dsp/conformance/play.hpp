#pragma once

#include "tck/dsp/conformance/cases.hpp"
#include "tck/dsp/conformance/judge.hpp"
#include "tck/dsp/conformance/wire.hpp"
#include "tck/dsp/connector/script.hpp"

namespace kontor::tck::dsp {

/// What every case is played with.
struct Stage {
  Wire& wire;
  const Judge& judge;
  const Addresses& connector;
};

/// One case, line by line, as the connector's counter-party. Errors: peer_refused, with the line that was not
/// as it has to be.
class Play {
 public:
  Play(Stage stage, Case one);
  Task<Result<void>> run();

 private:
  Task<Result<void>> metadata();
  Task<Result<void>> catalog();
  Task<Result<void>> open_as_consumer();
  Task<Result<void>> await_request();
  Task<Result<void>> perform(Line line);
  Task<Result<void>> send(std::string what, bool refused);
  Task<Result<void>> expect(std::string what);
  Task<Result<void>> check_state(std::string wanted);

  /// A message with both pids, as far as they are known.
  json::Object message(std::string_view type) const;
  json::Object body_of(const std::string& what) const;
  json::Object policy(std::string_view type) const;
  /// `{base}/negotiations/{pid}` of the connector's process.
  std::string process_url() const;
  Result<void> check_pids(const json::Object& document) const;
  bool is_transfer() const { return case_.kind == Case::Kind::transfer; }
  std::string family() const { return is_transfer() ? "transfers" : "negotiations"; }
  std::string process_type() const { return is_transfer() ? "TransferProcess" : "ContractNegotiation"; }

  Stage stage_;
  Case case_;
  std::string ours_;
  std::string theirs_;
  std::string base_;  ///< of the connector, for messages about this process
  bool sent_last_ = false;
};

}  // namespace kontor::tck::dsp
