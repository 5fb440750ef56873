"""What exports call their columns, without case, spaces and punctuation.

Salesforce (API names, labels), HubSpot, Pipedrive, Zoho, Dynamics 365, plain spreadsheets, and the common
words in German, French and Spanish. A name may carry the kind's own word in front (`Deal - Title`,
`lead_id`); `OWN_WORDS` are taken off before a second look.
"""

from __future__ import annotations

CUSTOM = "custom:"
"""Begins the name of a column that fills no field of Leadlight, so that it cannot be taken for one that does."""

OWN_WORDS = {
    "user": ("user", "employee", "salesrep", "rep", "salesagent", "agent", "owner", "member", "salesperson"),
    "account": ("account", "company", "organization", "organisation", "customer", "client", "acct"),
    "contact": ("contact", "person", "people"),
    "lead": ("lead", "prospect", "inquiry", "enquiry", "mql", "contact", "person"),
    "opportunity": ("opportunity", "deal", "opp", "potential"),
    "activity": ("activity", "task", "event", "engagement", "hs", "interaction", "call", "meeting", "email", "note"),
    "follow_up": ("followup", "task", "todo", "reminder"),
    "score": ("score", "prediction"),
}

ADDRESS = {
    "street": "street streetaddress address address1 addressline1 mailingstreet billingstreet mailingaddress"
    " address1street1 primaryaddressstreet primaryaddressline1 primaryaddress companyaddress workaddress otherstreet"
    " address1line1 addressstreet straße strasse adresse dirección direccion rue calle fulladdress",
    "city": "city town mailingcity billingcity address1city primaryaddresscity companycity workcity othercity locality"
    " location hq hqlocation addresscity ort stadt ville ciudad città",
    "state": "state province region primaryaddressstate primaryaddressstateprovince primaryaddressstateorprovince"
    " companystate workstate otherstate address1stateprovince stateregion stateprovince mailingstate billingstate"
    " address1stateorprovince"
    " addressstate mailingstateprovince billingstateprovince statecode bundesland provincia county",
    "postal_code": "postalcode primaryaddresspostalcode primaryaddresszippostalcode primaryaddresszip companyzip"
    " workzip otherzip address1zippostalcode zip zipcode postcode zippostalcode mailingpostalcode billingpostalcode"
    " mailingzip billingzip"
    " address1postalcode plz codepostal códigopostal codigopostal pincode mailingzippostalcode billingzippostalcode"
    " billingcode mailingcode",
    "country": "country primaryaddresscountry primaryaddresscountryregion companycountry workcountry othercountry"
    " address1countryregion countryname countrycode location countryregion mailingcountry billingcountry"
    " address1country addresscountry land pays país pais"
    " nation",
}
PERSON = {
    "first_name": "firstname fname givenname forename vorname prénom prenom nombre nombredepila",
    "last_name": "lastname lname surname familyname nachname nom nomdefamille apellido apellidos cognome",
    "name": "name fullname nombreyapellidos contactname personname displayname yomifullname vollständigername"
    " nomcomplet nombrecompleto",
    "salutation": "salutation prefix anrede civilité honorific courtesytitle nameprefix title tratamiento",
    "title": "title jobtitle position designation role jobrole funktion titel fonction cargo puesto jobposition"
    " occupation",
    "email": "email emailaddress emailaddress1 mail emailwork workemail businessemail primaryemail emails emailadresse"
    " courriel correo correoelectronico correoelectrónico email1 adressemail personemailwork emailid",
    "phone": "phone worknumber worktelephone companyphone directphone directdial phone1 phonenumber telephone"
    " telephone1 tel businessphone workphone phonework officephone mainphone"
    " telefon telefonnummer téléphone teléfono telefono primaryphone telephonenumber contactnumber",
    "mobile": "mobile mobilephone mobilenumber mobilephonenumber cell cellphone cellnumber handy mobil móvil"
    " portable phonemobile celular",
}
COMPANY = {
    "website": "website websiteurl url web homepage companydomainname domain companydomain websiteaddress"
    " companywebsite webseite siteweb sitioweb",
    "industry": "industry sector industrycode vertical branche secteur industria businesssector accountindustry"
    " companyindustry",
    "employees": "employees numberofemployees noofemployees employeecount companysize headcount nrofemployees"
    " numemployees"
    " employeessize mitarbeiter mitarbeiterzahl effectif empleados staff numberofemployes",
    "annual_revenue": "annualrevenue revenue turnover yearlyrevenue companyrevenue sales annualsales umsatz"
    " jahresumsatz"
    " chiffredaffaires ingresos annualrevenueusd",
}
OWNER = (
    "owner salesowner ownedby ownedbyname ownedbyemail owneruser ownerperson recordownername recordowneremail"
    " leadowner leadownername leadowneremail contactowner accountowner accountownername companyowner dealowner"
    " dealownername opportunityowner opportunityownername opportunityowneremail salesrepresentative salesrepid repid"
    " repname repemail salesrepemail salespersonid salespersonname salesagentid agentid agentname sellerid seller"
    " sellername assignedrep assignedsalesrep assignedowner assigneduser assignedusername assigneduserid assignedname"
    " handledby managedby responsibleperson responsibleuser responsibleowner keyaccountmanager closer"
    " propietariodelaoportunidad propietariodelcandidato propietariodelacuenta propietariodelregistro asignadoa"
    " comercial propriétairedelopportunité kontoinhaber datensatzinhaber betreuer verantwortlich verantwortlicher"
    " ownerid owneridname owneridtarget owneremail ownername ownerfullname owneralias recordowner assignedto"
    " assignedtoid assigned salesrep rep salesagent salesperson salesrepname accountexecutive accountmanager"
    " hubspotowner"
    " hubspotownerid responsible inhaber zuständig zugewiesenan verkäufer propriétaire proprietaire propietario"
    " vendedor agent assignee user userid ownerexternalid owneriduserprincipalname owninguser ownerfullnameid"
    " ownerusername"
)
# Whoever sells, in the words of many firms and languages; each also as the name, address or id of that person.
OWNER += "".join(
    f" {seller}{ending}"
    for seller in (
        "ae accountexecutive accountmanager accountrep accountrepresentative am sdr bdr salesexec salesexecutive"
        " salesmanager salesowner salesrep salesperson rep dealrep ownedby opportunityrep leadrep representative"
        " assignedto assignee recordowner primaryowner hubspotowner responsible responsiblerep responsibleperson"
        " dealowner leadowner contactowner accountowner opportunityowner"
        " besitzer eigentümer verkäufer vertriebler vertriebsmitarbeiter kundenbetreuer zuständiger bearbeiter"
        " propriétaire vendeur commercial responsable chargédecompte assignéà propietario vendedor responsable"
        " ejecutivodecuenta ejecutivo gestor encargado responsável proprietário atribuídoa dono proprietario venditore"
        " responsabile assegnatoa titolare eigenaar verkoper accounteigenaar verantwoordelijke toegewezenaan ägare"
        " säljare ansvarig ejer sælger ansvarlig eier selger omistaja myyjä właściciel opiekun handlowiec vlastník"
        " obchodník tulajdonos értékesítő proprietar agent"
    ).split()
    for ending in ("", "name", "fullname", "email", "emailaddress", "id")
)
CREATED = (
    "createdat createddate createdon created createdtime dealcreated createdate datecreated creationdate"
    " addtime addeddate dateadded"
    " createdatetime dateentered engagedate inquirydate opendate erstelltam erstellt erstelldatum anlagedatum"
    " angelegtam"
    " datedecréation datedecreation créele fechadecreación fechadecreacion signupdate receiveddate submittedat"
    " timestamp"
    " overriddencreatedon createtime"
)
TOUCHED = (
    "lastactivityat lastactivitydate lastactivity lastactivitytime lastcontacted lastcontactdate lastcontact"
    " lasttouch lasttouchdate lastcontacteddate lastcontactedat lastactivityon lastengagementdate lasttouchat"
    " lastinteraction letzteaktivität letzterkontakt dateoflastactivity lastonholdtime"
)
SOURCE = (
    "source leadsource leadsourcecode channel originalsource originalsourcetype origin quelle leadquelle herkunft"
    " sourcechannel origine fuente origen marketingchannel acquisitionchannel howdidyouhearaboutus hsanalyticssource"
)
DONE_AT = "completeddatetime completedat completeddate completedon completedtime donetime datecompleted"
" markedasdonetime"

DESCRIPTION = (
    "description notes note comments comment remarks beschreibung bemerkung bemerkungen notizen descripción memo"
)
ID = "id rowid recordno recordnumber entryid uniqueid ref referenceno referencenumber externalid recordid uuid guid"
" key number no systemid objectid crmid externalidc"

# Columns that point to a record of any kind: which one, each id says.
ANY_KIND = (
    "whatid relatedto relatedtoid relatedtoname relatedrecord relatedrecordid relatedid regardingobjectid"
    " regarding"
    " regardingid regardingobjectidname linkedto linkedrecordid parentrecord parentrecordid associatedrecord"
    " associatedrecordid"
)
POINTS_ANYWHERE = frozenset(f"{ANY_KIND} whoid who relatedperson".split())
# Beside such a column, these say of what kind the record is.
KIND_COLUMNS = frozenset(
    "relatedtotype relatedtype relatedrecordtype relatedtokind relatedtoobject relatedmodule whattype whotype"
    " regardingobjecttype regardingtype parenttype parentrecordtype objecttype associatedobjecttype".split()
)

SYNONYMS: dict[str, dict[str, str]] = {
    "user": {
        "external_id": f"{ID} userid employeeid ownerid systemuserid salesforceid",
        "name": "name fullname username salesagent salesrep agent rep employee salesperson displayname repname"
        " agentname"
        " teammember owner ownername user mitarbeiter",
        "first_name": PERSON["first_name"],
        "last_name": PERSON["last_name"],
        "email": PERSON["email"] + " internalemailaddress useremail domainname",
        "manager": "manager managerid managername manageremail reportsto reportstoid supervisor teamlead teamleader"
        " salesmanager vorgesetzter boss parentsystemuserid linemanager superior",
        "role": "role userrole userroleid profile profilename rolename usertype permissionset securityrole rolle",
        "time_zone": "timezone timezonesidkey tz zeitzone timezoneid timezonename",
        "active": "active isactive enabled status userstatus isdisabled isarchived archived deactivated aktiv",
        "team": "team teamname mainteam primaryteam office regionaloffice region department division territory"
        " salesteam group businessunit abteilung",
    },
    "account": {
        "external_id": f"{ID} donotmodifyaccount accountid companyid organizationid organisationid accountnumber"
        " customerid orgid",
        "name": "name accountname companyname company account organization organisation organizationname customer"
        " customername client clientname firma firmenname unternehmen société entreprise empresa",
        **COMPANY,
        "website": COMPANY["website"] + " websiteurl",
        "phone": PERSON["phone"] + " address1telephone1",
        "type": "type accounttype companytype customertype relationshiptype customertypecode typ lifecyclestage label",
        "parent": "parent parentid parentaccount parentaccountid subsidiaryof parentcompany parentcompanyid"
        " parentaccountname"
        " ultimateparent muttergesellschaft headquarters parentname",
        **ADDRESS,
        "country": ADDRESS["country"] + " officelocation headquarterslocation location",
        "owner": OWNER,
        "created_at": CREATED,
        "description": DESCRIPTION + " aboutus",
    },
    "contact": {
        "external_id": f"{ID} donotmodifycontact contactid personid",
        **PERSON,
        "account": "account accountid accountname company companyname organization organisation organizationname"
        " associatedcompany associatedcompanyid associatedcompanydomain parentcustomerid parentcustomeridname"
        " associatedcompanyname"
        " companydomainname organizationid orgid employer firma parentcustomer companyid"
        " primaryassociatedcompany customer"
        " associatedcompanyids primaryassociatedcompanyid",
        **ADDRESS,
        "source": SOURCE,
        "owner": OWNER,
        "created_at": CREATED,
        "description": DESCRIPTION,
        "last_activity_at": TOUCHED,
    },
    "lead": {
        "external_id": f"{ID} donotmodifylead leadid prospectid leadnumber inquiryid customerid contactid clientid"
        " personid",
        **PERSON,
        "name": PERSON["name"] + " leadname prospectname",
        "company": "company companyname account accountname organization organisation organizationname companyaccount"
        " business businessname firma unternehmen société entreprise empresa associatedcompany associatedcompanyname"
        " employer leadcompany associatedcompanydomain accountcompany",
        **COMPANY,
        **ADDRESS,
        "source": SOURCE,
        "status": "status salesstatus prospectstatus pipelinestatus estadodelcandidato estadodellead leadstatus"
        " statusreason statuscode leadstate state stage leadstage hsleadstatus phase"
        " currentstatus statut estado disposition",
        "rating": "rating leadquality leadqualitycode temperature priority bewertung leadrating",
        "description": DESCRIPTION,
        "owner": OWNER,
        "created_at": CREATED,
        "last_activity_at": TOUCHED,
        "converted": "converted isconverted outcome y conversion convertedflag target label hasconverted isqualified"
        " convertedlead qualifiedandconverted konvertiert istkonvertiert umgewandelt converti convertido convertida",
        "converted_at": "convertedat converteddate convertedon convertedtime conversiondate dateconverted"
        " becameacustomerdate"
        " becameanopportunitydate converteddatetime leadconversiontime convertedtoopportunityon",
        "converted_account": "convertedaccount convertedaccountid convertedaccountname parentaccountid",
        "converted_contact": "convertedcontact convertedcontactid convertedcontactname parentcontactid",
        "converted_opportunity": "convertedopportunity convertedopportunityid convertedopportunityname converteddeal"
        " convertedpotential qualifyingopportunityid",
        "product_interest": "productinterest productofinterest interestedin interest product products productinterests"
        " primaryproductinterest solutioninterest course topic subject",
        "budget": "budget budgetamount estimatedbudget budgetrange estimatedvalue estimatedvalueusd value dealsize"
        " auftragswert auftragsvolumen angebotssumme",
        "timeframe": "timeframe timeline purchasetimeframe buyingtimeframe expectedpurchase projecttimeline"
        " decisiontimeframe"
        " purchaseprocess",
    },
    "opportunity": {
        "external_id": f"{ID} donotmodifyopportunity opportunityid dealid opportunitynumber potentialid oppid",
        "name": "name opportunity deal potential opportunitytitle nombredelaoportunidad oportunidad opportunityname"
        " dealname title topic oppname potentialname subject bezeichnung",
        "account": "account accountid accountname company companyname organization organisation"
        " organizationname customer nombredelacuenta cuenta empresa"
        " customername client parentaccountid parentaccountidname associatedcompany associatedcompanyid"
        " associatedcompanydomain associatedcompanyname customerid customeridname orgid organizationid firma kunde"
        " potentialcustomer accountidname companyid primaryassociatedcompany associatedcompanyids",
        "contact": "contact contactid contactname primarycontact primarycontactid contactperson person"
        " associatedcontact"
        " associatedcontactemail associatedcontactid associatedcontactids contactemail personid personname"
        " parentcontactid"
        " parentcontactidname keycontact ansprechpartner contacts",
        "amount": "amount value opportunityamount opportunityvalue amountincompanycurrency dealvalueamount arr mrr"
        " importetotal ingresosesperados volumen umsatz auftragswert auftragsvolumen dealvalue closevalue"
        " estimatedvalue"
        " actualvalue estrevenue revenue dealamount"
        " price total"
        " totalamount amountusd betrag wert montant importe valor contractvalue acv tcv estimatedrevenue"
        " amountconverted"
        " bookingvalue dealsize totalvalue expectedrevenue expectedamount expectedvalue",
        "currency": "currency currencyofvalue valuecurrency currencyofamount currencysymbol currencyname"
        " currencyisocode currencycode dealcurrency amountcurrency transactioncurrencyid"
        " transactioncurrencyidname währung devise moneda dealcurrencycode currencyiso",
        "stage": "stage stagename opportunitystage dealstage stepname salesstage pipelinestage stageid salesphase phase"
        " verkaufsphase étape"
        " etape etapa processstage currentstage status dealstatus opportunitystatus",
        "state": "state status statecode opportunitystatus dealstatus outcome result won statuslabel",
        "is_won": "iswon closedwon isclosedwon",
        "is_closed": "isclosed closed dealisclosed",
        "probability": "probability closeprobability winprobability dealprobability probabilitypercent likelihood"
        " wahrscheinlichkeit probabilité probabilidad probabilitypct confidence",
        "close_date": "closedate closingdate expectedclosedate estclosedate estimatedclosedate closedon"
        " expectedclosingdate abschlussdatum schlusstermin datedeclôture datedecloture fechadecierre"
        " targetclosedate fechacierre fechadecierreprevista"
        " dateclosed closeddate expectedclose closed close closes closing",
        "closed_at": "wontime losttime wondate lostdate wonon loston actualclosedate dealclosedon closedtime",
        "created_at": CREATED,
        "source": SOURCE,
        "owner": OWNER,
        "next_step": "nextstep nextsteps nextaction nächsterschritt nextactivitysubject hsnextstep",
        "lost_reason": "lostreason closedlostreason reasonlost lossreason reasonforloss lostreasondetails verlustgrund"
        " closelostreason losingreason",
        "type": "type dealtype opportunitytype recordtype typ dealcategory",
        "product": "product productname productline productinterest produkt products producto mainproduct solution",
        "description": DESCRIPTION,
        "last_activity_at": TOUCHED,
    },
    "activity": {
        "external_id": f"{ID} activityid taskid eventid engagementid interactionid",
        "kind": "kind type activitytype tasksubtype subtype eventtype interactiontype activitytypecode engagementtype"
        " activity channel tasktype art",
        "subject": "subject title callmeetingtitlesubject activitysubject name meetingtitle calltitle"
        " emailsubject betreff what"
        " topic sujet asunto",
        "text": "text description notesdescription notes note body comments comment fullcomments content"
        " details bodypreview"
        " callnotes meetingnotes emailbody summary beschreibung publicdescription hsnotebody",
        "at": f"{DONE_AT} actualend at date activitydate timestamp activitydatetime datetime startdatetime start"
        " startdate starttime"
        " occurredat"
        " when createddate createdat createdon createdtime activityat"
        " datum time calldate meetingdate eventdate addtime",
        "due": "due duedate taskduedate duedateonly scheduledend deadline activitydate",
        "task_status": "status taskstatus statecode done isclosed completed statuscode activitystatus",
        "lead": f"lead leadid leademail leadname who whoid prospect prospectid leadexternalid relatedlead {ANY_KIND}",
        "contact": "contact contactid contactemail contactname associatedcontact associatedcontactemail"
        f" associatedcontactid person contactperson personid associatedcontacts email emailaddress {ANY_KIND}",
        "account": "account accountid accountname company companyname organization associatedcompany"
        f" associatedcompanyid associatedcompanydomain customer relatedaccount {ANY_KIND}",
        "opportunity": "opportunity opportunityid opportunityname deal dealid dealname associateddeal associateddealid"
        f" associateddealname relatedopportunity relateddeal {ANY_KIND}",
        "owner": OWNER + " createdby createdbyid loggedby organizer rep activityassignedto doneby bywhom who",
        "outcome": "outcome callresult calldisposition calloutcome meetingoutcome result disposition ergebnis",
    },
    "follow_up": {
        "external_id": f"{ID} taskid followupid activityid reminderid",
        "due": "due duedate followupdate activitydate deadline date reminderdate nextfollowup taskduedate fälligam"
        " faelligam scheduledend dueon nextactivitydate followupon",
        "note": "note subject text description title task name notes todo comment what reminder followup action"
        " aufgabe",
        "lead": f"lead leadid leademail leadname who whoid prospect prospectid leadexternalid {ANY_KIND}",
        "contact": f"contact contactid contactemail contactname person contactperson {ANY_KIND}",
        "account": f"account accountid accountname company companyname organization {ANY_KIND}",
        "opportunity": f"opportunity opportunityid opportunityname deal dealid dealname {ANY_KIND}",
        "owner": OWNER + " who bywhom forwhom",
        "done": "done completed isdone iscompleted isclosed complete finished erledigt",
        "done_at": DONE_AT,
        "task_status": "status taskstatus statecode state",
    },
    "score": {
        "lead": "lead leadid email leademail id externalid leadexternalid recordid prospectid leadname leadidemail",
        "score": "score leadscore predictedscore value points rating",
        "probability": "probability likelihood conversionprobability p pconvert winprobability"
        " predictedprobability proba",
        "as_of": "asof date scoredat timestamp calculatedat scoredate asofdate predictedat scoredon computedat",
        "reasons": "reasons reason explanation factors why topfactors drivers reasoncodes",
    },
}

# Many names fit several kinds. These are typical of one, and count for it when the kind of a file is told.
TELLING: dict[str, str] = {
    "user": "manager managerid reportsto reportstoid profile profilename profileid timezone timezonesidkey username"
    " role userrole userroleid isactive regionaloffice internalemailaddress",
    "account": "donotmodifyaccount numberofemployees annualrevenue parentid parentaccount subsidiaryof accountnumber"
    " billingcity"
    " billingcountry"
    " companydomainname sector accounttype yearestablished ownership tickersymbol",
    "contact": "donotmodifycontact accountid associatedcompanyid department mailingcity mailingstreet mailingcountry"
    " reportstoid"
    " parentcustomerid parentcustomeridname assistantname assistantphone",
    "lead": "donotmodifylead leadstatus isconverted converted leadsource converteddate convertedaccountid prospectid"
    " leadid"
    " lifecyclestage"
    " hsleadstatus leadorigin leadscore leadowner leadquality y productinterest timeframe",
    "opportunity": "donotmodifyopportunity stage stagename dealstage closedate closingdate dealname opportunityname"
    " closevalue dealid"
    " opportunityid"
    " iswon probability expectedclosedate estimatedclosedate actualclosedate nextstep estclosedate dealowner"
    " forecastcategory forecastcategoryname",
    "activity": "callstarttime callduration completeddatetime activitytype whoid whatid activitydate tasksubtype"
    " callresult calloutcome meetingoutcome subject"
    " regardingobjectid activityid calldurationinseconds duration",
    "follow_up": "due duedate done followupdate remindat isreminderset reminderdatetime",
    "score": "asof score probability reasons scoredat",
}

# Where a column is called so, its values say whether it names a country or a city.
LOCATIONS = frozenset("location hq hqlocation officelocation headquarterslocation".split())
# Columns of places, in which the code NA is North America if the others are codes too.
REGIONS = frozenset(
    "region regions territory area zone geo geography market continent country state salesregion salesterritory"
    " regionaloffice team businessregion".split()
)
# What the people who import miss when no column says it, for each kind.
MATTERS = {
    "lead": ("company", "email", "status", "owner"),
    "contact": ("account", "email", "owner"),
    "account": ("owner",),
    "opportunity": ("account", "amount", "stage", "close_date", "owner"),
    "activity": ("owner",),
    "follow_up": ("owner",),
    "user": ("email",),
}

# Which column says how a lead ended. A name of such words alone says it (`Is Customer`, `Deal Won`); where the word is
# only that of a status (`Current_Stage`), the values must say it too. Any other word makes it something else (`Marital
# Status`, `Email Result`).
OUTCOME_WORDS = frozenset(
    "converted convert converts conversion won win outcome result enrolled enrollment enrolment purchased purchase"
    " bought sold sale success successful target y label class customer client admitted signed konvertiert"
    " gewonnen ergebnis kunde abschluss ganado resultado convertido cliente matriculado gagne resultat converti".split()
)
STAGE_WORDS = frozenset(
    "status stage state phase disposition statut estado etapa etape leadstatus leadstage dealstage salesstage".split()
)
OUTCOME_COMPANIONS = frozenset(
    "is has was did became become becomes now a as to of the lead leads deal deals prospect opportunity current"
    " final overall present end actual sales pipeline funnel flag code indicator lost true yes no".split()
)
# A column with one of these words is about something else than how the lead ended, whatever its values say.
OUTCOME_STRANGERS = frozenset(
    "previous prior last first call email mail sms phone campaign newsletter marital employment payment consent opt"
    " subscription account member membership source origin channel tags tag".split()
)

# What the name of a date says: when a lead came in, ...
CREATED_WORDS = frozenset(
    "inquiry enquiry inquired first opt optin signup up registration registered register received receipt submitted"
    " submission entered entry added created creation aql mql intake captured capture requested request applied"
    " application generated acquired arrived anfrage anfragen eingang eingegangen erstkontakt angelegt alta ingreso"
    " entrada solicitud demande reception".split()
)
# ... when it converted, when it was given up, when it ended either way, ...
WON_WORDS = frozenset(
    "won win converted conversion enrolled enrollment enrolment purchased purchase bought sold sale signed admitted"
    " customer gewonnen konvertiert kunde kauf ganado venta matricula gagne vente".split()
)
LOST_WORDS = frozenset(
    "lost disqualified unqualified rejected dropped abandoned cancelled canceled verloren abgelehnt perdu perdido"
    " descartado".split()
)
CLOSED_WORDS = frozenset("close closed closing ended finished abgeschlossen abschluss cierre cloture".split())
# ... or something else, later or long before.
OTHER_DATES = frozenset(
    "last latest recent modified modification updated update changed next due expected estimated forecast planned"
    " expiry expires expiration valid until birth birthday born dob geburt geburts geburtstag naissance nacimiento"
    " founded established incorporated graduation renewal follow followup reminder callback demo meeting activity"
    " deadline delivery event webinar course batch departure appointment visit start letzte letzter nachste".split()
)

# Not kept: they repeat what can be computed, or are of use to the exporting program alone.
COMPUTED = frozenset(
    "age ageindays agedays leadage daysopen dayssincecreated dayssincelastactivity dayssinceactivity daysinstage"
    " daystoclose expectedrevenue expectedamount expectedvalue weightedamount weightedvalue weightedrevenue fiscal"
    " fiscalyear"
    " fiscalquarter fiscalperiod closemonth closequarter closeyear createdmonth isdeleted deleted systemmodstamp"
    " donotmodifyrowchecksum donotmodifymodifiedon attributestype attributesurl leadlightreason leadlightrow"
    " hasopenactivity hasoverduetask"
    " pushcount opportunitylifecycledays salescycledays cycledays photourl rowchecksum lastvieweddate"
    " lastreferenceddate"
    " forecastcategory forecastcategoryname".split()
)

# The first three characters of a Salesforce id tell the kind of its record.
ID_PREFIXES = {
    "00Q": "lead",
    "003": "contact",
    "001": "account",
    "006": "opportunity",
    "005": "user",
    "00T": "activity",
    "00U": "activity",
}

# Files with such a column hold what Leadlight does not keep: histories of fields and stages, price books.
FOREIGN_OBJECTS = frozenset(
    "opportunityhistorykey opportunityfieldhistory historyid oldvalue newvalue pricebookentryid".split()
)

# Words in the name of a file of activities that tell what all of them are.
ACTIVITY_FILES = {
    "call": "call",
    "calls": "call",
    "phonecalls": "call",
    "emails": "email",
    "mails": "email",
    "meetings": "meeting",
    "appointments": "meeting",
    "event": "meeting",
    "events": "meeting",
    "notes": "note",
}

# Words in the name of a file, or of a part of a JSON document, that tell its kind.
FILE_WORDS = {
    "user": ("user", "users", "reps", "team", "teams", "employees", "salesteams", "owners", "people"),
    "account": ("account", "accounts", "companies", "company", "organizations", "organisations", "customers", "firmen"),
    "contact": ("contact", "contacts", "persons", "people", "kontakte", "ansprechpartner", "contactos", "contatti"),
    "lead": ("lead", "leads", "prospects", "inquiries", "leadscoring", "interessenten", "anfragen"),
    "opportunity": (
        "opportunity",
        "opportunities",
        "deals",
        "deal",
        "pipeline",
        "opps",
        "salespipeline",
        "verkaufschancen",
        "chancen",
        "angebote",
    ),
    "activity": (
        "appointments",
        "activity",
        "activities",
        "task",
        "tasks",
        "event",
        "events",
        "calls",
        "call",
        "emails",
        "meetings",
        "notes",
        "engagements",
    ),
    "follow_up": ("followup", "followups", "todo", "todos", "reminders"),
    "score": ("score", "scores", "predictions", "leadscores"),
}
