/* What faults and interrupts mean while generated code runs. */
#ifndef BESKID_FAULTS_H
#define BESKID_FAULTS_H

#include "platform/platform.h"

extern const BkFaultHandlers bk_fault_handlers;

#endif
