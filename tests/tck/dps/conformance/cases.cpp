#include "tck/dps/conformance/cases.hpp"

#include <algorithm>
#include <iterator>
#include <sstream>

#include "app/conformance/cases.hpp"

namespace kontor::tck::dps {
namespace {

struct Row {
  std::string_view id;
  std::string_view steps;
};

constexpr Row rows[] = {
    // The control plane is the consumer's, begun by the trigger.
    {"CP_C:01-01", "<prepare <request =REQUESTED >START <started =STARTED >COMPLETION =COMPLETED <completed"},
    {"CP_C:01-02",
     "<prepare <request =REQUESTED >START <started =STARTED >TERMINATION =TERMINATED <terminate"},
    {"CP_C:02-01",
     "<prepare <request =REQUESTED >START <started =STARTED >SUSPENSION <suspend >START <resume >COMPLETION "
     "=COMPLETED <completed"},
    {"CP_C:02-02",
     "<prepare <request =REQUESTED >START <started =STARTED >SUSPENSION <suspend >TERMINATION =TERMINATED "
     "<terminate"},
    {"CP_C:03-01",
     "<prepare~ >prepared <request =REQUESTED >START <started =STARTED >COMPLETION =COMPLETED <completed"},
    // The control plane is the provider's; our transfer request has been taken.
    {"CP_P:01-01", "<start <START >COMPLETION <completed"},
    {"CP_P:01-02", "<start <START >TERMINATION <terminate"},
    {"CP_P:02-01", "<start <START >SUSPENSION <suspend >START <resume >COMPLETION <completed"},
    {"CP_P:02-02", "<start <START >SUSPENSION <suspend >TERMINATION <terminate"},
    {"CP_P:03-01", "<start~ >started <START =STARTED >COMPLETION <completed"},
};

}  // namespace

std::vector<std::string> steps_of(std::string_view id) {
  auto steps = app::conformance::steps_of(id);
  for (const auto& row : rows) {
    if (row.id != id) continue;
    std::istringstream text{std::string(row.steps)};
    for (std::string step; text >> step;) steps.push_back(std::move(step));
  }
  return steps;
}

std::vector<std::string> scripted_ids() {
  std::vector<std::string> ids;
  for (const auto& row : rows) ids.emplace_back(row.id);
  std::ranges::move(app::conformance::kit_ids(), std::back_inserter(ids));
  return ids;
}

}  // namespace kontor::tck::dps
