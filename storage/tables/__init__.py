"""All tables. Importing this package registers every one of them in SQLAlchemy's metadata."""

from storage.tables.base import Base
from storage.tables.installations import Installation, OAuthState
from storage.tables.ledger import AuditEntry, Change, Confirmation, Focus, ImportedRow, PendingReference
from storage.tables.queues import Inbox, Outbox
from storage.tables.records import Account, Contact, Lead, NameWord, Opportunity, OpportunityContact
from storage.tables.scores import ScoreFeedback, ScoreModel, ScoringPart
from storage.tables.talk import ModelUsage, Turn, Vote
from storage.tables.work import Activity, DigestRun, FollowUp, HotAlert, LeadScore
from storage.tables.workspaces import ReaderLearning, Rep, Source, Stage, Status, Workspace

__all__ = [
    "Account",
    "Activity",
    "AuditEntry",
    "Base",
    "Change",
    "Confirmation",
    "Contact",
    "DigestRun",
    "Focus",
    "FollowUp",
    "HotAlert",
    "ImportedRow",
    "Inbox",
    "Installation",
    "Lead",
    "LeadScore",
    "ModelUsage",
    "NameWord",
    "OAuthState",
    "Opportunity",
    "OpportunityContact",
    "Outbox",
    "PendingReference",
    "ReaderLearning",
    "Rep",
    "ScoreFeedback",
    "ScoreModel",
    "ScoringPart",
    "Source",
    "Stage",
    "Status",
    "Turn",
    "Vote",
    "Workspace",
]
