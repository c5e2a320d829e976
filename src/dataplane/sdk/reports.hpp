#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <variant>

#include "domain/data_flow/types.hpp"
#include "protocol/dps/data_address.hpp"

namespace kontor::dataplane::sdk {

/// What an author says that was opened.
struct Given {
  std::optional<protocol::dps::DataAddress> address;
  bool with_token = false;
};
struct Ended {};
struct Broken {
  std::string reason;
};

/// What becomes of a flow, said by its author from any thread.
struct Report {
  ContextId context;
  EntityId flow;
  std::variant<Given, Ended, Broken> what;
};

/// Takes reports from any thread to the plane's, as long as the plane runs.
class Reports {
 public:
  using Sink = std::function<void(Report)>;
  void open(Sink sink);
  void close();
  /// False: the plane does not run.
  bool tell(Report report);

 private:
  std::mutex mutex_;
  Sink sink_;
};

/// How reports of one flow are made. Outlives the plane.
struct Reporter {
  std::shared_ptr<Reports> reports;
  ContextId context;
  EntityId flow;
  domain::data_flow::Role role = domain::data_flow::Role::consumer;
  bool owns_address = false;  ///< who is told that the flow is open has to be told where

  bool tell(std::variant<Given, Ended, Broken> what) const {
    return reports && reports->tell({context, flow, std::move(what)});
  }
};

}  // namespace kontor::dataplane::sdk
