"""The small borough of many tests: dataset.yaml and the commissioner's tables, without a fault."""

BOROUGH = {
    "dataset.yaml": """\
title: A small borough
synthetic: true
source: written for a test
period: quarter
complete_to: 2009-09-30
ethnic_classification: ons_2001
comparator: White
""",
    "reference/providers.csv": """\
provider_id,name,size,sector,bme_led
harbour,Harbour Youth,small,voluntary,no
umoja,Umoja Families,medium,community,yes
""",
    "reference/services.csv": """\
service_id,name,provider_id,programme,ecm_outcome,tier,contract_type,start,end,annual_value,stage,commissioned_volume
S01,Young carers,harbour,Carers,be_healthy,targeted,grant,2009-04-01,2012-03-31,85000,pilot,60
S02,Mentoring,umoja,Youth,stay_safe,targeted,grant,2009-04-01,,40000,pilot,30
S03,Shared work,,Youth,stay_safe,universal,grant,2009-04-01,,,pilot,
""",
    "reference/scales.csv": "scale,title,minimum,maximum,direction\nwellbeing,Wellbeing,7,35,higher\n",
    "reference/measures.csv": """\
measure_id,version,title,unit,table,dated_by,denominator,numerator,direction,ecm_outcome,start,end
completed,1,completed,percent,episodes,end_date,end_date is given,end_reason is completed,higher,,2009-04-01,
""",
    "reference/targets.csv": """\
target_id,version,kind,measure_id,service_id,ethnic_group,comparator,direction,baseline,target,due,why,agreed_with,agreed_on
T1,1,completion,completed,S01,Black,everyone else,at_least,-14,-5,2012-03-31,Families said so.,Parents' forum,2009-06-30
""",
    "reference/population.csv": "ethnic_group,year,population\nWBRI,2009,21450\n",
}
